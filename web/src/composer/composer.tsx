import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { Voice } from "../api/calls.ts";
import type { Stopping } from "../conversation/use-turn-actions.ts";
import { isComposing } from "../lib/is-composing.ts";
import { useAutoGrow } from "../lib/use-auto-grow.ts";
import { useEscape } from "../lib/use-escape.ts";
import { IconButton } from "../workspace/icon-button.tsx";
import { Notice } from "../workspace/notice.tsx";
import { composerId } from "../workspace/use-shortcuts.ts";
import { drafts } from "./drafts.ts";
import { useDraft } from "./use-draft.ts";
import { useSend } from "./use-send.ts";

type Props = {
  readonly threadId: string | null;
  readonly place: string;
  readonly voice: Voice;
  readonly runningTurn: string | undefined;
  readonly stopping: Stopping;
};

export function Composer({ threadId, place, voice, runningTurn, stopping }: Props) {
  const { text, failed, sending } = useDraft(place);
  const send = useSend(threadId, place, voice);
  const field = useRef<HTMLTextAreaElement>(null);
  const busy = runningTurn !== undefined || sending !== undefined;
  const stop = () => {
    if (runningTurn !== undefined && !stopping.isPending) stopping.mutate(runningTurn);
  };

  useAutoGrow(field, text);
  useEscape(runningTurn === undefined ? undefined : stop);
  useEffect(() => {
    // A keyboard that slides up unasked would cover what a touch reader came to read.
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event.nativeEvent)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    if (!busy) send();
  };

  return (
    <div className="composer-room">
      {failed !== undefined && (
        <Notice error={failed.sentence} {...(busy ? {} : { mend: "Try again", onMend: send })} />
      )}
      {stopping.isError && <Notice error={stopping.error} />}
      <div className="composer">
        <textarea
          id={composerId}
          ref={field}
          rows={1}
          dir="auto"
          aria-label="Message"
          placeholder="Write a message"
          value={text}
          onChange={(event) => drafts.write(place, event.target.value)}
          onKeyDown={onKeyDown}
        />
        {runningTurn === undefined ? (
          <IconButton
            name="Send (Enter)"
            icon={ArrowUp}
            className="send"
            disabled={busy || text.trim() === ""}
            onClick={send}
          />
        ) : (
          <IconButton
            name="Stop (Esc)"
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
