import { useMutation, useQueryClient } from "@tanstack/react-query";
import { runCommand } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { CommandAnswer, CommandGiven } from "../api/wire.ts";
import type { Choice } from "../choosing/use-choice.ts";
import { adoptRunning, cutAfter } from "../conversation/adopt-turn.ts";
import { saveFile } from "../lib/save-file.ts";
import { refreshThread } from "../live/refresh-thread.ts";
import { newChatHash, searchHash, threadHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { commandNotes } from "./command-notes.ts";
import { drafts } from "./drafts.ts";

type Effect = NonNullable<CommandAnswer["effect"]>;

type Where = {
  readonly threadId: string | null;
  /** Where drafts and notes are kept. */
  readonly place: string;
  readonly choice: Choice;
};

/** Effects that say it all: what the text tells is then seen in the page itself. */
const speaksForItself = new Set<Effect["kind"]>(["new_chat", "turn", "search"]);

/** Who gives a command, and where. */
export function commandGiven({ threadId, place, choice }: Where): Omit<CommandGiven, "text"> {
  const { planMode } = drafts.read(place).chosen ?? {};
  return {
    ...(threadId !== null && { thread_id: threadId }),
    choice: {
      ...(choice.model !== undefined && { model: choice.model }),
      ...(choice.systemPrompt !== undefined && { system_prompt: choice.systemPrompt }),
      ...(planMode !== undefined && { plan_mode: planMode }),
    },
  };
}

/** Runs commands on the server and does what follows from them here. */
export function useServerCommand(where: Where) {
  const { threadId, place, choice } = where;
  const client = useQueryClient();
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (text: string) => runCommand({ ...commandGiven(where), text }),
  });

  function follow(effect: Effect): void {
    switch (effect.kind) {
      case "new_chat":
        commandNotes.clear(place.replace(/:[^:]*$/, ":new"));
        goTo(newChatHash);
        break;
      case "choose": {
        const { model, system_prompt: systemPrompt, plan_mode: planMode } = effect.choice;
        if (model !== undefined) choice.choose({ model });
        if (systemPrompt !== undefined) {
          const known =
            systemPrompt in choice.prompts || choice.roles.some(({ key }) => key === systemPrompt);
          if (!known) void client.invalidateQueries({ queryKey: queryKeys.roles }); // it is newer than the list
          choice.choose({ systemPrompt });
        }
        if (planMode !== undefined && threadId === null)
          drafts.choose(place, { planMode: planMode ?? undefined });
        break;
      }
      case "turn":
        cutAfter(client, effect.thread_id, effect.message_id);
        adoptRunning(client, effect);
        if (effect.thread_id !== threadId) goTo(threadHash(effect.thread_id));
        break;
      case "search":
        goTo(searchHash(effect.query));
        break;
      case "file":
        saveFile(effect.name, effect.media_type, effect.content);
        break;
      case "other": // for a client of a plugin's own
        break;
    }
  }

  return {
    isPending,
    /** @returns `none` when the text is no command; what was said, or why it could not be done, as Markdown. */
    async run(text: string): Promise<"none" | { readonly said?: string; readonly fault?: string }> {
      const answer = await mutateAsync(text);
      if (answer === undefined) return "none";
      if (answer.failed) return { fault: answer.text };
      const { effect } = answer;
      const shown = answer.text !== "" && !(effect && speaksForItself.has(effect.kind));
      if (shown) commandNotes.add(place, { command: text.trim(), text: answer.text });
      if (effect !== undefined) follow(effect);
      // The account's events tell what it changed, too; whoever asked for it need not wait for them.
      if (threadId !== null) void refreshThread(client, threadId).catch(() => {});
      return shown ? { said: answer.text } : {};
    },
  };
}
