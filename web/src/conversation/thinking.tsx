import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { durationText, secondsBetween } from "../lib/times.ts";
import { useWords } from "../words/language.ts";
import type { Part } from "./answer-parts.ts";

type Props = { readonly part: Extract<Part, { readonly kind: "thinking" }>; readonly live: boolean };

/** One quiet line that opens in place. */
export function Thinking({ part, live }: Props) {
  const { conversation: words } = useWords();
  const [open, setOpen] = useState(false);
  const seconds = part.ended === undefined ? undefined : secondsBetween(part.started, part.ended);
  return (
    <div className="thinking">
      <button type="button" className="quiet-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {live
          ? words.thinking
          : seconds === undefined
            ? words.thought
            : words.thoughtFor(durationText(seconds))}
        <ChevronRight size={14} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {open && (
        <div className="inset thoughts" dir="auto">
          {part.content.trim()}
        </div>
      )}
    </div>
  );
}
