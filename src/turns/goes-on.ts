import type { TurnView } from "./fold-turn.ts";

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

/** Whether a turn waits for its user's word, and for nothing else. */
export function waitsForUser(view: TurnView): boolean {
  const open = view.calls.filter(({ ended }) => ended === undefined);
  return standsInTools(view) && open.length > 0 && open.every(({ consent }) => consent === "asked");
}
