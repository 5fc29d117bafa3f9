import { ChevronRight } from "lucide-react";
import { useRef, useState } from "react";
import type { QuestionView } from "../../../src/turns/fold-turn.ts";
import { durationText, secondsBetween } from "../lib/times.ts";
import { withoutMarks } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";
import type { Words } from "../words/words.ts";
import type { CallPart } from "./answer-parts.ts";
import { ConsentQuestion } from "./consent-question.tsx";
import { LazyCallQuestion } from "./lazy-call-question.tsx";
import { mainArgument, readableArguments, readableResult } from "./main-argument.ts";

type ToolCallProps = {
  readonly part: CallPart;
  readonly live: boolean;
  /** Of the turn, as long as it runs. */
  readonly turnId: string | undefined;
};

/** One line: what was called, with what, and how it went. It opens to all there is to know. */
export function ToolCall({ part, live, turnId }: ToolCallProps) {
  const { conversation: words } = useWords();
  const [open, setOpen] = useState(false);
  const line = useRef<HTMLButtonElement>(null);
  const { name, lines, result, failed } = part;
  const input = part.arguments.trim();
  const asks = turnId !== undefined && part.consent === "asked" && part.ended === undefined;
  const questions = part.questions ?? [];
  const goOn = () => line.current?.focus();
  return (
    <div className="tool-call">
      <button
        type="button"
        className="quiet-line"
        aria-expanded={open}
        data-failed={failed && part.consent !== "refused"}
        onClick={() => setOpen(!open)}
        ref={line}
      >
        <bdi className="tool-name">{withoutMarks(name)}</bdi>
        <span className="tool-argument" dir="auto">
          {mainArgument(input)}
        </span>
        <bdi className="tool-state">{stateOf(part, live, words)}</bdi>
        <ChevronRight size={14} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {openQuestions(part, turnId).map((question) =>
        question.why === undefined && question.form === undefined ? (
          <ConsentQuestion key={question.callId} part={question} turnId={turnId ?? ""} onAnswer={goOn} />
        ) : (
          <LazyCallQuestion key={question.callId} question={question} turnId={turnId ?? ""} onAnswer={goOn} />
        ),
      )}
      {asks && <ConsentQuestion part={part} turnId={turnId} onAnswer={goOn} />}
      {open && (
        <dl className="inset tool-details">
          {input !== "" && <Detail name={words.toolArguments} text={readableArguments(input)} />}
          {lines.length > 0 && <Detail name={words.toolProgress} text={lines.join("\n")} />}
          {questions.length > 0 && (
            <Detail
              name={words.toolAsked}
              text={questions.map((question) => toldOf(question, words)).join("\n")}
            />
          )}
          {result !== undefined && <Detail name={words.toolResult} text={readableResult(result)} />}
        </dl>
      )}
    </div>
  );
}

/** What the reader is asked now. */
const openQuestions = ({ questions = [], ended }: CallPart, turnId: string | undefined) =>
  turnId === undefined || ended !== undefined ? [] : questions.filter(({ consent }) => consent === "asked");

/** A question, and below it what was answered. */
function toldOf(
  { why, name, arguments: args, consent }: QuestionView,
  { toolAnswer }: Words["conversation"],
): string {
  const answer = toolAnswer[consent];
  return `${why ?? name}\n${args === "" ? answer : `${args} (${answer})`}`;
}

function stateOf(part: CallPart, live: boolean, words: Words["conversation"]): string {
  const { started, answered = started, ended, failed, consent, lines } = part;
  if (consent === "refused") return words.toolRefused;
  if (ended === undefined && !live) return words.toolUnfinished;
  const waits = consent === "asked" || part.questions?.some((question) => question.consent === "asked");
  if (ended === undefined) return waits ? words.toolAsks : (lines.at(-1) ?? words.toolRuns);
  const seconds = secondsBetween(answered, ended);
  return [failed ? words.toolFailed : words.toolDone, seconds !== undefined && durationText(seconds)]
    .filter(Boolean)
    .join(", ");
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
