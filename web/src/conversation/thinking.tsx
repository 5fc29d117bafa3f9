import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Segment } from "../../../src/turns/fold-turn.ts";
import { durationText, secondsBetween } from "../lib/times.ts";

type Props = {
  readonly segment: Segment;
  /** What came after it: when that began, the thinking was over. */
  readonly next: Segment | undefined;
  readonly live: boolean;
};

/** One quiet line that opens in place. */
export function Thinking({ segment, next, live }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div className="thinking">
      <button type="button" className="thinking-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        {live ? "Thinking" : thoughtFor(segment, next)}
        <ChevronRight size={14} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {open && (
        <div className="thoughts" dir="auto">
          {segment.content.trim()}
        </div>
      )}
    </div>
  );
}

function thoughtFor(segment: Segment, next: Segment | undefined): string {
  const seconds = next && secondsBetween(segment.timestamp, next.timestamp);
  return seconds === undefined ? "Thought" : `Thought for ${durationText(seconds)}`;
}
