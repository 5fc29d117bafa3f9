import type { ToolCallView, TurnView } from "./fold-turn.ts";

/** How often a turn goes on after its server died: a tool that kills the server must not do so for ever. */
export const mostTries = 2;

/** Where a turn stands that can be gone on with. */
export type Standing = "in its tool calls" | "behind its plan";

/**
 * A turn can be gone on with as long as the model has not spoken since its last tool call, or since its plan was made.
 * What a model was saying cannot be gone on with.
 */
export function standingOf({ calls, segments, plan, error }: TurnView): Standing | undefined {
  if (error !== undefined) return undefined;
  const last = calls.at(-1);
  if (last !== undefined)
    return segments.slice(last.at).every(({ role }) => role === "tool") ? "in its tool calls" : undefined;
  if (plan === undefined) return undefined;
  const made = segments.findLastIndex(({ role }) => role === "plan") + 1;
  return segments.slice(made).every(({ role }) => role === "tool") ? "behind its plan" : undefined;
}

/** Whether a call waits for its user: it may not run yet, or it runs and has asked something. */
const asks = ({ consent, questions = [] }: ToolCallView): boolean =>
  consent === "asked" || questions.some((question) => question.consent === "asked");

/** What of a turn is open, its calls or its plan, and how much of that waits for its user. */
function whatIsOpen(view: TurnView): { readonly open: number; readonly asking: number } {
  const standing = standingOf(view);
  if (standing === "behind its plan") return { open: 1, asking: view.plan?.consent === "asked" ? 1 : 0 };
  const open = standing === undefined ? [] : view.calls.filter(({ ended }) => ended === undefined);
  return { open: open.length, asking: open.filter(asks).length };
}

/** Whether its user is asked something, whatever runs beside it: a server that stops leaves such a turn to the next one. */
export const asksUser = (view: TurnView): boolean => whatIsOpen(view).asking > 0;

/** Whether a turn waits for its user's word, and for nothing else: nothing would come of waiting for the turn. */
export function onlyAsks(view: TurnView): boolean {
  const { open, asking } = whatIsOpen(view);
  return open > 0 && open === asking;
}
