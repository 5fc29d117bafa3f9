import type { ThreadMessage } from "../../protocols/threads.ts";
import type { Operation, Replace } from "./operation.ts";

/** The active branch, and what of the operations speaks of it. */
export type Branch = {
  readonly entries: readonly ThreadMessage[];
  /** Where each entry stands; empty without operations. */
  readonly places: ReadonlyMap<string, number>;
  /** The newest replacement on this branch. */
  readonly replaced: Replace | undefined;
  /** The first entry that comes after it. */
  readonly start: number;
  /** What was done since. */
  readonly since: readonly Operation[];
};

export function branchOf(entries: readonly ThreadMessage[], operations: readonly Operation[]): Branch {
  // Nobody asks where entries stand while nothing was done, as in most threads, however long.
  const places = new Map(operations.length === 0 ? [] : entries.map(({ id }, place) => [id, place]));
  const newest = operations.findLastIndex(
    (operation) => operation.op === "replace" && placeOf(places, operation.after) !== undefined,
  );
  const replaced = operations[newest];
  return {
    entries,
    places,
    replaced: replaced?.op === "replace" ? replaced : undefined,
    start: replaced?.op === "replace" ? (placeOf(places, replaced.after) ?? -1) + 1 : 0,
    since: operations.slice(newest + 1),
  };
}

/** Where an operation was done; -1 before the first entry, `undefined` on another branch. */
export const placeOf = (places: ReadonlyMap<string, number>, after: string | null): number | undefined =>
  after === null ? -1 : places.get(after);
