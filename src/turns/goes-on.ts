import type { ToolCallView, TurnView } from "./fold-turn.ts";

/** How often a turn goes on after its server died: a tool that kills the server must not do so for ever. */
export const mostTries = 2;

/**
 * Whether a turn stands in its tool calls: it called some, and the model has not spoken since. What a model was saying
 * cannot be gone on with.
 */
export function standsInTools({ calls, segments, error }: TurnView): boolean {
  const last = calls.at(-1);
  if (last === undefined || error !== undefined) return false;
  return segments.slice(last.at).every(({ role }) => role === "tool");
}

/** Whether a turn waits for its user's word, and for nothing else: no call of it has begun and not ended. */
export function waitsForUser(view: TurnView): boolean {
  const open = view.calls.filter(({ ended }) => ended === undefined);
  return standsInTools(view) && open.length > 0 && open.every(({ consent }) => consent === "asked");
}

/** Whether a call waits for its user: it may not run yet, or it runs and has asked something. */
const asks = ({ consent, questions = [] }: ToolCallView): boolean =>
  consent === "asked" || questions.some((question) => question.consent === "asked");

/** Which calls of a turn are open, and how many of them wait for its user. */
function openCalls(view: TurnView): { readonly open: number; readonly asking: number } {
  const open = standsInTools(view) ? view.calls.filter(({ ended }) => ended === undefined) : [];
  return { open: open.length, asking: open.filter(asks).length };
}

/** Whether its user is asked something, whatever runs beside it: a server that stops leaves such a turn to the next one. */
export const asksUser = (view: TurnView): boolean => openCalls(view).asking > 0;

/** Whether nothing would come of waiting for the turn, since every call of it waits for its user. */
export function onlyAsks(view: TurnView): boolean {
  const { open, asking } = openCalls(view);
  return open > 0 && open === asking;
}
