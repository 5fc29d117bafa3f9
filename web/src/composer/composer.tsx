import { useQueryClient } from "@tanstack/react-query";
import { ArrowUp, Square } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { mayBeCommand } from "../../../src/lib/command-text.ts";
import { sentenceOf } from "../api/api-error.ts";
import type { Choice } from "../choosing/use-choice.ts";
import type { Stopping } from "../conversation/use-turn-actions.ts";
import { isComposing } from "../lib/is-composing.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useEscape } from "../lib/use-escape.ts";
import { spokenText } from "../live/sentences.ts";
import { LazyMarkdown } from "../markdown/lazy-markdown.tsx";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { Notice } from "../workspace/notice.tsx";
import { composerId } from "../workspace/use-shortcuts.ts";
import { type PageCommand, pageCommandIn, type Suggestion } from "./commands.ts";
import { contentOf, drafts, newPasted } from "./drafts.ts";
import { longPaste, PastedBlocks } from "./pasted-blocks.tsx";
import { type Recalled, recall } from "./recall.ts";
import { said } from "./said.ts";
import { menuId, optionId, SlashMenu } from "./slash-menu.tsx";
import { useDraft } from "./use-draft.ts";
import { usePageCommands } from "./use-page-commands.ts";
import { useSend } from "./use-send.ts";
import { commandGiven, useServerCommand } from "./use-server-command.ts";
import { useSlashMenu } from "./use-slash-menu.ts";
import { useSuggestions } from "./use-suggestions.ts";

/** Characters of a message at most; the server's own limit (src/http/skeleton/messages.ts). */
const maxContent = 100_000;

type Props = {
  readonly threadId: string | null;
  readonly place: string;
  readonly choice: Choice;
  readonly runningTurn: string | undefined;
  readonly stopping: Stopping;
};

export function Composer({ threadId, place, choice, runningTurn, stopping }: Props) {
  const words = useWords();
  const { send: sendName, stop: stopName, ...texts } = words.composer;
  const client = useQueryClient();
  const { text, pasted = [], failed, sending } = useDraft(place);
  const send = useSend(threadId, place, choice);
  const field = useRef<HTMLTextAreaElement>(null);
  const recalled = useRef<Recalled>(undefined);
  /** Enter was pressed while nothing could be sent. */
  const [held, setHeld] = useState(false);
  /** Why a command was not done; the server says it in Markdown. */
  const [fault, setFault] = useState<{ readonly text: string; readonly markdown?: true }>();
  /** What a command said, for a screen reader. */
  const [heard, setHeard] = useState("");
  const busy = runningTurn !== undefined || sending !== undefined;
  const length = contentOf({ text, pasted }).length;
  const tooLong = length > maxContent;

  const stop = () => {
    if (runningTurn !== undefined && !stopping.isPending) stopping.mutate(runningTurn);
  };
  const where = { threadId, place, choice };
  const pageCommands = usePageCommands();
  const server = useServerCommand(where);
  const suggestions = useSuggestions(text, pageCommands, commandGiven(where));
  const menu = useSlashMenu(text, suggestions, choose);

  useAutoGrow(field, text);
  useEscape(runningTurn === undefined ? undefined : stop);
  useEffect(() => {
    // A keyboard that slides up unasked would cover what a touch reader came to read.
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, []);
  useEffect(() => {
    if (!busy) setHeld(false);
  }, [busy]);

  function write(next: string): void {
    setFault(undefined);
    drafts.write(place, { text: next });
  }

  function choose(suggestion: Suggestion): void {
    write(suggestion.text);
    if (suggestion.whole) void enter(suggestion.text);
    else field.current?.focus();
  }

  /** Runs a command, or sends what is written. */
  async function enter(written: string): Promise<void> {
    const alone = pasted.length === 0;
    const own = alone ? pageCommandIn(written, pageCommands) : undefined;
    if (own !== undefined) runOwn(own.command, own.argument);
    else if (alone && mayBeCommand(written)) await runOnServer(written);
    else say();
  }

  function say(): void {
    if (busy) setHeld(length > 0);
    else if (!tooLong) send();
  }

  function runOwn({ name, usage, complete, run }: PageCommand, argument: string): void {
    const known = complete.some(({ value }) => value === argument);
    if (known) {
      run(argument);
      write("");
    } else
      setFault({
        text: argument === "" ? texts.argumentMissing(`/${name} ${usage}`) : texts.noSuch(argument),
      });
  }

  async function runOnServer(written: string): Promise<void> {
    if (server.isPending) return;
    setFault(undefined);
    try {
      const done = await server.run(written);
      if (done === "none") say();
      else if (done.fault !== undefined) setFault({ text: done.fault, markdown: true });
      else {
        setHeard(spokenText(done.said ?? ""));
        if (drafts.read(place).text === written) drafts.write(place, { text: "" });
      }
    } catch (error) {
      setFault({ text: sentenceOf(error) });
    }
  }

  /** @returns whether the field shows another message now. */
  function goBack(key: string): boolean {
    if (key !== "ArrowUp" && key !== "ArrowDown") return false;
    const way = key === "ArrowUp" ? "up" : "down";
    if (!caretAtEdge(field.current, way)) return false;
    const found = recall(said(client, threadId), text, recalled.current, way);
    if (found === undefined) return false;
    recalled.current = found;
    write(found.text);
    return true;
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent) || menu.onKey(event)) return;
    if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (goBack(event.key)) event.preventDefault();
    if (event.key !== "Enter") return;
    event.preventDefault();
    void enter(text);
  };

  const onPaste = (event: ClipboardEvent) => {
    const long = event.clipboardData.getData("text/plain");
    if (long.length <= longPaste) return;
    event.preventDefault();
    drafts.write(place, { pasted: [...pasted, newPasted(long.replaceAll("\r\n", "\n"))] });
  };

  const number = (count: number) => count.toLocaleString(document.documentElement.lang);
  const waiting = runningTurn === undefined ? texts.waitForLast : texts.waitForAnswer;
  const menuOpen = menu.found.length > 0;
  return (
    <div className="composer-room">
      {failed !== undefined && (
        <Notice error={failed.sentence} {...(busy ? {} : { mend: words.common.tryAgain, onMend: send })} />
      )}
      {stopping.isError && <Notice error={stopping.error} />}
      {fault !== undefined && !fault.markdown && <Notice error={fault.text} />}
      {fault?.markdown && (
        <div className="notice" role="alert">
          <LazyMarkdown text={fault.text} live={false} />
        </div>
      )}
      {tooLong && <Notice error={texts.tooLong(number(length), number(maxContent))} />}
      <p className="composer-hint" role="status">
        {held && busy ? waiting : ""}
      </p>
      <p className="unseen" role="status">
        {heard}
      </p>
      <div className="composer">
        {menuOpen && <SlashMenu found={menu.found} active={menu.active} onChoose={choose} />}
        <div className="composer-body">
          <textarea
            id={composerId}
            ref={field}
            rows={1}
            dir="auto"
            aria-label={texts.message}
            placeholder={texts.placeholder}
            aria-autocomplete="list"
            {...(menuOpen && { "aria-controls": menuId, "aria-activedescendant": optionId(menu.active) })}
            value={text}
            onChange={(event) => write(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={onPaste}
          />
          {/* What goes with the message stands below it, as it will be sent. Files will stand here, too. */}
          <PastedBlocks blocks={pasted} onChange={(blocks) => drafts.write(place, { pasted: blocks })} />
        </div>
        {runningTurn === undefined ? (
          <IconButton
            name={sendName}
            icon={ArrowUp}
            className="send"
            disabled={busy || tooLong || length === 0}
            onClick={() => void enter(text)}
          />
        ) : (
          <IconButton
            name={stopName}
            icon={Square}
            className="stop"
            disabled={stopping.isPending}
            onClick={stop}
          />
        )}
      </div>
    </div>
  );
}

/** Whether an arrow has no line further to go to: within a text the caret moves first. */
function caretAtEdge(field: HTMLTextAreaElement | null, way: "up" | "down"): boolean {
  if (field === null || field.selectionStart !== field.selectionEnd) return false;
  const { value, selectionStart: at } = field;
  return !(way === "up" ? value.slice(0, at) : value.slice(at)).includes("\n");
}
