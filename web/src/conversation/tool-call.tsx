import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { durationText, secondsBetween } from "../lib/times.ts";
import { withoutMarks } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";
import type { CallPart } from "./answer-parts.ts";
import { mainArgument, readableArguments, readableResult } from "./main-argument.ts";

/** One line: what was called, with what, and how it went. It opens to all there is to know. */
export function ToolCall({ part, live }: { readonly part: CallPart; readonly live: boolean }) {
  const { conversation: words } = useWords();
  const [open, setOpen] = useState(false);
  const { name, lines, result, failed } = part;
  const seconds = part.ended === undefined ? undefined : secondsBetween(part.started, part.ended);
  const state =
    part.ended === undefined
      ? live
        ? (lines.at(-1) ?? words.toolRuns)
        : words.toolUnfinished
      : [failed ? words.toolFailed : words.toolDone, seconds !== undefined && durationText(seconds)]
          .filter(Boolean)
          .join(", ");
  const input = part.arguments.trim();
  return (
    <div className="tool-call">
      <button
        type="button"
        className="quiet-line"
        aria-expanded={open}
        data-failed={failed}
        onClick={() => setOpen(!open)}
      >
        <bdi className="tool-name">{withoutMarks(name)}</bdi>
        <span className="tool-argument" dir="auto">
          {mainArgument(input)}
        </span>
        <bdi className="tool-state">{state}</bdi>
        <ChevronRight size={14} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {open && (
        <dl className="inset tool-details">
          {input !== "" && <Detail name={words.toolArguments} text={readableArguments(input)} />}
          {lines.length > 0 && <Detail name={words.toolProgress} text={lines.join("\n")} />}
          {result !== undefined && <Detail name={words.toolResult} text={readableResult(result)} />}
        </dl>
      )}
    </div>
  );
}

/** What a tool says is as hostile as what a model says: it is text, and nothing else. */
function Detail({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse */}
      <dd className="tool-text" dir="auto" tabIndex={0}>
        {text}
      </dd>
    </div>
  );
}
