import { useEffect, useId, useRef, useState } from "react";
import { newKey } from "../lib/new-key.ts";
import { useWords } from "../words/language.ts";
import type { StepView } from "./answer-parts.ts";
import { argumentsOf, leftOf, moved, type ReviewedStep, withStepBehind } from "./review-steps.ts";
import { StepRow } from "./step-row.tsx";
import { useKeptReview } from "./use-kept-review.ts";

export type PlanReviewProps = {
  readonly steps: readonly StepView[];
  readonly turnId: string;
  /** An answer is on its way. */
  readonly busy: boolean;
  /** @param args the steps as they were left, as JSON; absent: as they were. */
  readonly onAnswer: (approve: boolean, args?: string) => void;
};

/** A plan that waits: its steps are changed where they stand, until it goes on here or anywhere else. */
export function PlanReview({ steps: planned, turnId, busy, onAnswer }: PlanReviewProps) {
  const { conversation: words } = useWords();
  const id = useId();
  const { steps, setSteps, forget } = useKeptReview(planned, turnId);
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  /** What has the focus once it is drawn: a part of a step that was moved or is new. */
  const next = useRef<{ readonly key: string; readonly part: string }>(undefined);
  const left = leftOf(steps).length;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once steps stand elsewhere
  useEffect(() => {
    const { key, part } = next.current ?? {};
    next.current = undefined;
    if (key === undefined) return;
    const row = list.current?.querySelector(`[data-step="${key}"]`);
    const wanted = row?.querySelector<HTMLElement>(`[data-part="${part}"]:not(:disabled)`);
    (wanted ?? row?.querySelector<HTMLElement>("textarea"))?.focus();
  }, [steps]);

  const answer = (approve: boolean) => {
    if (busy || (approve && left === 0)) return;
    onAnswer(approve, approve ? argumentsOf(steps, planned) : undefined);
    forget();
  };
  const change = (key: string, to: Partial<ReviewedStep>) =>
    setSteps(steps.map((step) => (step.key === key ? { ...step, ...to } : step)));
  const move = (key: string, by: 1 | -1, part: string) => {
    const now = moved(steps, key, by);
    next.current = { key, part };
    setSaid(words.stepMoved(now.findIndex((step) => step.key === key) + 1));
    setSteps(now);
  };
  const add = (behind: string | undefined) => {
    const key = newKey();
    next.current = { key, part: "text" };
    setSteps(withStepBehind(steps, behind, key));
  };
  const remove = (key: string) => {
    const at = steps.findIndex((step) => step.key === key);
    const beside = steps[at - 1] ?? steps[at + 1];
    if (beside === undefined) return;
    next.current = { key: beside.key, part: "text" };
    setSteps(steps.toSpliced(at, 1));
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent with a form
    <div className="inset consent" role="group" aria-labelledby={id}>
      {/* An alert is read out although nobody moved there: the answer waits for it. */}
      <p id={id} className="consent-question" role="alert">
        {words.planAsks}
      </p>
      <ol className="step-rows" ref={list}>
        {steps.map((step, at) => (
          <StepRow
            key={step.key}
            step={step}
            number={at + 1}
            last={at === steps.length - 1}
            disabled={busy}
            onChange={(to) => change(step.key, to)}
            onMove={(by, part) => move(step.key, by, part)}
            onAdd={() => add(step.key)}
            onRemove={() => remove(step.key)}
            onGoOn={() => answer(true)}
          />
        ))}
      </ol>
      <div className="consent-answers">
        <button type="button" className="primary" disabled={busy || left === 0} onClick={() => answer(true)}>
          {words.carryOut}
        </button>
        <button type="button" className="secondary" disabled={busy} onClick={() => answer(false)}>
          {words.leavePlan}
        </button>
        <button
          type="button"
          className="text-button add-step"
          disabled={busy}
          onClick={() => add(steps.at(-1)?.key)}
        >
          {words.addStep}
        </button>
      </div>
      <span className="unseen" role="status">
        {said}
      </span>
    </div>
  );
}
