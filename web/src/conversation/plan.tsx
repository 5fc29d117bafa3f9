import { Check, ChevronRight, Circle, CircleDot, Minus } from "lucide-react";
import { useRef, useState } from "react";
import { withoutMarks } from "../words/isolate.ts";
import { useWords } from "../words/language.ts";
import type { Words } from "../words/words.ts";
import { Notice } from "../workspace/notice.tsx";
import type { PlanPart, StepView } from "./answer-parts.ts";
import { PlanReview } from "./plan-review.tsx";
import { stepsOf } from "./steps-of.ts";

export type PlanProps = {
  readonly part: PlanPart;
  /** It is being written, or nothing has followed yet. */
  readonly live: boolean;
  /** Of the turn, as long as it runs; else blank. */
  readonly turnId: string;
  /** It waits for its reader's word. */
  readonly asks: boolean;
  /** That is on its way. */
  readonly busy: boolean;
  /** Why it did not arrive. */
  readonly error: unknown;
  /** @param args the steps as they were left, as JSON; absent: as they were. */
  readonly onAnswer: (approve: boolean, args?: string) => void;
};

/** A checklist that ticks itself, with the name of the model that wrote it. It waits where its reader is to look at it. */
export function Plan({ part, live, turnId, asks, busy, error, onAnswer }: PlanProps) {
  const { conversation: words } = useWords();
  const [open, setOpen] = useState(true);
  const line = useRef<HTMLButtonElement>(null);
  const steps = stepsOf(part);
  const answer = (approve: boolean, args?: string) => {
    onAnswer(approve, args);
    line.current?.focus(); // the buttons are about to go
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form
    <div className="plan" role="group" aria-label={words.plan}>
      <button
        type="button"
        className="quiet-line"
        aria-expanded={open || asks}
        onClick={() => !asks && setOpen(!open)}
        ref={line}
      >
        <span className="plan-name">{words.plan}</span>
        {part.model && <bdi className="plan-model">{withoutMarks(part.model)}</bdi>}
        <bdi className="tool-state">{stateOf(part, steps, asks, live, words)}</bdi>
        <ChevronRight size={14} strokeWidth={1.5} aria-hidden="true" />
      </button>
      {asks && part.steps !== undefined ? (
        <PlanReview steps={part.steps} turnId={turnId} busy={busy} onAnswer={answer} />
      ) : (
        open && (
          <ol className="plan-steps">
            {steps.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its number
              <Step key={at} step={step} />
            ))}
          </ol>
        )
      )}
      {error !== null && <Notice error={error} />}
      {part.consent === "refused" && <p className="aside">{words.planRefused}</p>}
    </div>
  );
}

function Step({ step: { text, struck, state } }: { readonly step: StepView }) {
  const { conversation: words } = useWords();
  const [Icon, name] = struck
    ? [Minus, words.stepStruck]
    : state === "done"
      ? [Check, words.stepDone]
      : state === "doing"
        ? [CircleDot, words.stepDoing]
        : [Circle, undefined];
  return (
    <li className="plan-step" data-state={struck ? "struck" : state}>
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      {name && <span className="unseen">{name}: </span>}
      <span className="plan-text" dir="auto">
        {text}
      </span>
    </li>
  );
}

function stateOf(
  { steps, consent }: PlanPart,
  all: readonly StepView[],
  asks: boolean,
  live: boolean,
  words: Words["conversation"],
): string {
  if (steps === undefined) return live ? words.planning : "";
  if (asks) return words.toolAsks;
  if (consent === "refused") return words.planLeft;
  const toDo = all.filter(({ struck }) => !struck);
  return words.stepsDone(toDo.filter(({ state }) => state === "done").length, toDo.length);
}
