import { codeOf, SkeletonError } from "../../lib/errors.ts";
import type { Store, Write } from "../../protocols/store.ts";
import type { Held } from "../../protocols/threads.ts";

/** What may be wrong only because others went on with the thread, or erased it, once it was theirs. */
const tellsOfOthers: readonly string[] = [
  ...["conflict", "record_not_found", "duplicate_record"],
  ...["stale", "thread_not_found", "message_not_found"],
];

/**
 * Writes what `plan` says in one transaction with the look at what must be held.
 * @throws `not_held`; else what `plan` and the store throw.
 */
export async function writeWhileHeld(
  store: Store,
  held: Held | undefined,
  plan: () => Promise<readonly Write[]> | readonly Write[],
): Promise<void> {
  const look: readonly Write[] = held === undefined ? [] : [{ op: "update", changes: {}, ...held }];
  try {
    const steps = [...look, ...(await plan())];
    if (steps.length > 0) await store.transaction(steps);
  } catch (error) {
    if (held === undefined || !tellsOfOthers.includes(codeOf(error)) || (await holds(store, look)))
      throw error;
    throw new SkeletonError("not_held", "Another process has taken over, and nothing was written.", {
      hint: "Look at what it has made of it; try again if that is not what you want.",
      cause: error,
    });
  }
}

/** Which of the steps of a transaction failed it does not say, so the look is repeated by itself. */
async function holds(store: Store, look: readonly Write[]): Promise<boolean> {
  try {
    await store.transaction(look);
    return true;
  } catch (error) {
    if (codeOf(error) !== "conflict" && codeOf(error) !== "record_not_found") throw error;
    return false;
  }
}
