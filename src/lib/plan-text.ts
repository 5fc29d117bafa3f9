import type { PlanStep } from "../protocols/plan.ts";
import { readPlan } from "./read-plan.ts";

/**
 * A plan for whoever carries it out: the planning model's own words, where they count the steps and nobody has changed
 * any; else the steps that are left, under their numbers.
 * @param said what the planning model wrote, if that is known.
 */
export function planText(steps: readonly PlanStep[], said = ""): string {
  const { steps: read, counts } = readPlan(said);
  const untouched =
    read.length === steps.length && steps.every(({ text, struck }, at) => !struck && text === read[at]);
  if (counts && untouched) return said.trim();
  return steps.flatMap((step, at) => (step.struck ? [] : [`${at + 1}. ${indented(step.text)}`])).join("\n");
}

/** A step as it may have come over the wire. */
type ToldStep = { readonly [Key in keyof PlanStep]?: PlanStep[Key] | boolean | undefined } & {
  readonly text: string;
};

/** A plan to read and to keep: its checklist as Markdown. */
export const planMarkdown = (steps: readonly ToldStep[]): string =>
  steps
    .map(({ text, struck, state }, at) => {
      const box = state === "done" ? "[x]" : "[ ]";
      return `${at + 1}. ${struck ? text.replace(/^.*\S.*$/gm, "~~$&~~") : `${box} ${indented(text)}`}`;
    })
    .join("\n");

const indented = (text: string): string => text.replaceAll("\n", "\n   ");
