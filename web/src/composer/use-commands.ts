import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sentenceOf } from "../api/api-error.ts";
import { changeThread } from "../api/calls.ts";
import type { Choice } from "../choosing/use-choice.ts";
import { chosenTheme } from "../lib/theme.ts";
import { refreshThread } from "../live/refresh-thread.ts";
import { chosenLanguage, languages, useWords } from "../words/language.ts";
import { newChatHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import type { PageCommand } from "./commands.ts";

/** What can be done here by writing it: only what the page itself can do, and only where it can. */
export function useCommands(options: {
  readonly threadId: string | null;
  readonly choice: Choice;
  /** Absent: nothing runs. */
  readonly stop: (() => void) | undefined;
}): readonly PageCommand[] {
  const { threadId, choice, stop } = options;
  const { composer: words } = useWords();
  const client = useQueryClient();
  const { mutateAsync: change } = useMutation({
    mutationFn: (changes: Parameters<typeof changeThread>[1]) => changeThread(threadId ?? "", changes),
    // The account's events tell it, too; whoever asked for it need not wait for them.
    onSuccess: () => refreshThread(client, threadId ?? "").catch(() => {}),
  });
  const usage = (argument: keyof typeof words.argument) => `<${words.argument[argument]}>`;
  const models = choice.models.map(({ id, provider }) => ({ value: id, note: provider }));
  const prompts = Object.entries(choice.prompts).map(([value, note]) => ({ value, note }));
  const spoken = ["system", ...Object.keys(languages)].map((value) => ({ value }));
  const themes = ["system", "light", "dark"].map((value) => ({ value }));

  const everywhere: readonly PageCommand[] = [
    { name: "new", help: words.help.new, run: () => void goTo(newChatHash) },
    {
      name: "model",
      help: words.help.model,
      usage: usage("model"),
      complete: models,
      run: (model) => void choice.choose({ model }),
    },
    {
      name: "prompt",
      help: words.help.prompt,
      usage: usage("prompt"),
      complete: prompts,
      run: (systemPrompt) => void choice.choose({ systemPrompt }),
    },
    {
      name: "theme",
      help: words.help.theme,
      usage: usage("theme"),
      complete: themes,
      run: (theme) => void chosenTheme.set(theme as ReturnType<typeof chosenTheme.get>),
    },
    {
      name: "language",
      help: words.help.language,
      usage: usage("language"),
      complete: spoken,
      run: (language) => void chosenLanguage.set(language as ReturnType<typeof chosenLanguage.get>),
    },
  ];
  const inThread: readonly PageCommand[] = [
    {
      name: "rename",
      help: words.help.rename,
      usage: usage("rename"),
      run: (title) => change({ title }).then(done, sentenceOf),
    },
    {
      name: "archive",
      help: words.help.archive,
      run: () => change({ archived: true }).then(() => void goTo(newChatHash), sentenceOf),
    },
  ];
  const whileRunning: readonly PageCommand[] =
    stop === undefined ? [] : [{ name: "stop", help: words.help.stop, run: () => void stop() }];
  return [...whileRunning, ...everywhere, ...(threadId === null ? [] : inThread)];
}

const done = () => undefined;
