import { useQueryClient } from "@tanstack/react-query";
import { ArrowUp, Square } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Choice } from "../choosing/use-choice.ts";
import type { Stopping } from "../conversation/use-turn-actions.ts";
import { isComposing } from "../lib/is-composing.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useEscape } from "../lib/use-escape.ts";
import { useWords } from "../words/language.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { Notice } from "../workspace/notice.tsx";
import { composerId } from "../workspace/use-shortcuts.ts";
import { commandIn, type Suggestion } from "./commands.ts";
import { contentOf, drafts, newPasted } from "./drafts.ts";
import { longPaste, PastedBlocks } from "./pasted-blocks.tsx";
import { type Recalled, recall } from "./recall.ts";
import { said } from "./said.ts";
import { menuId, optionId, SlashMenu } from "./slash-menu.tsx";
import { useCommands } from "./use-commands.ts";
import { useDraft } from "./use-draft.ts";
import { useSend } from "./use-send.ts";
import { useSlashMenu } from "./use-slash-menu.ts";

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
  const { send: sendName, stop: stopName, ...say } = words.composer;
  const client = useQueryClient();
  const { text, pasted = [], failed, sending } = useDraft(place);
  const send = useSend(threadId, place, choice);
  const field = useRef<HTMLTextAreaElement>(null);
  const recalled = useRef<Recalled>(undefined);
  /** Enter was pressed while nothing could be sent. */
  const [held, setHeld] = useState(false);
  const [fault, setFault] = useState<string>();
  const busy = runningTurn !== undefined || sending !== undefined;
  const length = contentOf({ text, pasted }).length;
  const tooLong = length > maxContent;

  const stop = () => {
    if (runningTurn !== undefined && !stopping.isPending) stopping.mutate(runningTurn);
  };
  const commands = useCommands({ threadId, choice, stop: runningTurn === undefined ? undefined : stop });
  const menu = useSlashMenu(text, commands, choose);

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
    const meant = pasted.length === 0 ? commandIn(written, commands) : undefined;
    if (meant !== undefined) {
      const { command, argument } = meant;
      const wrong = misuse(command, argument) ?? (await command.run(argument));
      setFault(wrong);
      if (wrong === undefined) drafts.write(place, { text: "" });
    } else if (busy) setHeld(length > 0);
    else if (!tooLong) send();
  }

  function misuse({ name, usage, complete }: (typeof commands)[number], argument: string) {
    if (usage === undefined) return undefined;
    if (argument === "") return say.argumentMissing(`/${name} ${usage}`);
    const known = complete?.some(({ value }) => value === argument) ?? true;
    return known ? undefined : say.noSuch(argument);
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
  const waiting = runningTurn === undefined ? say.waitForLast : say.waitForAnswer;
  const menuOpen = menu.found.length > 0;
  return (
    <div className="composer-room">
      {failed !== undefined && (
        <Notice error={failed.sentence} {...(busy ? {} : { mend: words.common.tryAgain, onMend: send })} />
      )}
      {stopping.isError && <Notice error={stopping.error} />}
      {fault !== undefined && <Notice error={fault} />}
      {tooLong && <Notice error={say.tooLong(number(length), number(maxContent))} />}
      <p className="composer-hint" role="status">
        {held && busy ? waiting : ""}
      </p>
      <div className="composer">
        {menuOpen && <SlashMenu found={menu.found} active={menu.active} onChoose={choose} />}
        <div className="composer-body">
          <textarea
            id={composerId}
            ref={field}
            rows={1}
            dir="auto"
            aria-label={say.message}
            placeholder={say.placeholder}
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
