import type { StepView } from "./answer-parts.ts";

/** A step that is being looked at; `own`: the reader has added it. */
export type ReviewedStep = {
  readonly key: string;
  readonly text: string;
  readonly struck: boolean;
  readonly own: boolean;
};

export const reviewed = (steps: readonly StepView[]): readonly ReviewedStep[] =>
  steps.map(({ text, struck = false }, at) => ({ key: `step ${at}`, text, struck, own: false }));

/** Steps as they were kept as JSON; `undefined` for whatever is none. */
export function keptSteps(text: string): readonly ReviewedStep[] | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    return Array.isArray(kept) && kept.length > 0 && kept.every(isStep) ? kept : undefined;
  } catch {
    return undefined;
  }
}

const isStep = (value: unknown): value is ReviewedStep => {
  const { key, text, struck, own } = Object(value) as Partial<Record<keyof ReviewedStep, unknown>>;
  const texts = typeof key === "string" && typeof text === "string";
  return texts && typeof struck === "boolean" && typeof own === "boolean";
};

/** With a blank step behind this one; `undefined`: at the beginning. */
export function withStepBehind(
  steps: readonly ReviewedStep[],
  behind: string | undefined,
  key: string,
): readonly ReviewedStep[] {
  const at = steps.findIndex((step) => step.key === behind) + 1;
  return steps.toSpliced(at, 0, { key, text: "", struck: false, own: true });
}

/** One place further up (-1) or down (1); the same where there is none. */
export function moved(steps: readonly ReviewedStep[], key: string, by: 1 | -1): readonly ReviewedStep[] {
  const from = steps.findIndex((step) => step.key === key);
  const step = steps[from];
  const to = from + by;
  if (step === undefined || to < 0 || to >= steps.length) return steps;
  return steps.toSpliced(from, 1).toSpliced(to, 0, step);
}

/** Those that are carried out. */
export const leftOf = (steps: readonly ReviewedStep[]): readonly ReviewedStep[] =>
  steps.filter(({ text, struck }) => !struck && text.trim() !== "");

/** What goes to the server: nothing where nothing was changed, else the steps as JSON. Blank ones are none. */
export function argumentsOf(steps: readonly ReviewedStep[], before: readonly StepView[]): string | undefined {
  const kept = steps
    .filter(({ text }) => text.trim() !== "")
    .map(({ text, struck }) => ({ text: text.trim(), ...(struck && { struck }) }));
  const same =
    kept.length === before.length &&
    kept.every(({ text, struck }, at) => text === before[at]?.text && struck === before[at]?.struck);
  return same ? undefined : JSON.stringify(kept);
}
