import { cutToTokens, estimateTokens } from "./fit-context.ts";

/** What the planning model is told. It ends with what its user wants. */
export const plannerPrompt = (task: string): string => `\
Write a plan for the task below: a short numbered checklist, and nothing else.
- Number the steps 1., 2., 3. and so on.
- Each step is one short, concrete action.
- No opening words, no closing words, no headings.

Task: ${task}`;

/** What the answering model is told: what its user asked, and the whole plan. */
export const answererPrompt = (question: string, plan: string): string => `\
Carry out the steps of the plan below, one after the other.
- Do not repeat the plan.
- Give only what can be used: commands, the contents of files, calls, code, or the text that is asked for.
- Put code into fenced blocks with the right language tag, and the path of a file on a line before its block.
- Where nothing else is said, assume Linux and bash.
- Explain only where it is needed.
- End with a short section on how to verify the result.
- Before you begin with a step, write its mark on a line of its own, such as [[step 1]] for the first one. Never write \
of these marks, and put none into a code block.

Original question: ${question}

Plan (for you to carry out; do not repeat it):
${plan}`;

const cutHere =
  "\n[The rest of the plan is too long for you. Carry out what is here, and say that there was more.]";

/**
 * As much of a plan as there is room for.
 * @param room tokens that the answering model has for everything.
 * @param beside what it is told apart from the plan.
 */
export function fittingPlan(plan: string, room: number, beside: string): string {
  // Half of what is left: the conversation before, and what tools will say, want some, too.
  const most = Math.max(256, Math.floor((room - estimateTokens(beside)) / 2));
  return estimateTokens(plan) <= most ? plan : cutToTokens(plan, most) + cutHere;
}
