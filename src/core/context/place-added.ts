import { type Branch, placeOf } from "./branch.ts";
import type { Add } from "./operation.ts";

/**
 * Where an added message stands: at its own entry, or after the messages that were last when it was added (`after` an
 * entry, in order of adding; -1 before the first). `undefined`: on another branch.
 */
export type Place = { readonly entry: number } | { readonly after: number } | undefined;

/**
 * Finds the places of added messages, given in order of adding.
 * @param elsewhere those whose entries are on other branches.
 */
export function placeAdded(
  branch: Branch,
  adds: readonly Add[],
  elsewhere: ReadonlySet<string>,
): readonly Place[] {
  const fates = fatesOf(branch, adds, elsewhere);
  let last: { readonly anchor: string | null; readonly place: Place; readonly after: number } | undefined;
  return adds.map((add, index) => {
    const sameAnchor = last !== undefined && last.anchor === add.after ? last : undefined;
    const anchor = placeOf(branch.places, add.after);
    const entry = branch.places.get(add.message.id);
    // A tool's result never stands without the call before it.
    const orphan = add.message.role === "tool" && sameAnchor !== undefined && sameAnchor.place === undefined;
    let place: Place;
    let after = sameAnchor?.after ?? anchor ?? -1;
    if (entry !== undefined && entry >= branch.start) {
      place = { entry };
      after = Math.max(after, entry);
    } else if (anchor !== undefined && fates[index] !== "elsewhere" && !orphan) {
      place = { after };
    }
    last = { anchor: add.after, place, after };
    return place;
  });
}

/**
 * A message without an entry of its own, such as a call without a word, shares the fate of the next one that was added
 * at the same end and has an entry: they belong to one answer.
 */
function fatesOf(
  branch: Branch,
  adds: readonly Add[],
  elsewhere: ReadonlySet<string>,
): readonly ("here" | "elsewhere" | undefined)[] {
  const fates = new Array<"here" | "elsewhere" | undefined>(adds.length).fill(undefined);
  for (const [index, add] of [...adds.entries()].reverse()) {
    if (branch.places.has(add.message.id)) fates[index] = "here";
    else if (elsewhere.has(add.message.id)) fates[index] = "elsewhere";
    else if (adds[index + 1]?.after === add.after) fates[index] = fates[index + 1];
  }
  return fates;
}

/**
 * Added messages of which only the history can say whether they belong to another branch: those that may have an
 * entry, have none on this branch, and were added where branches part or may part.
 */
export function undecided(branch: Branch): readonly string[] {
  const ids = branch.since.flatMap((operation) => {
    if (operation.op !== "add" || operation.own_id || operation.message.role === "tool") return [];
    const anchor = placeOf(branch.places, operation.after);
    if (anchor === undefined || branch.places.has(operation.message.id)) return [];
    const next = branch.entries[anchor + 1];
    return next === undefined || next.siblings !== undefined ? [operation.message.id] : [];
  });
  return [...new Set(ids)];
}
