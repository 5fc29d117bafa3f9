import { codeOf, SkeletonError } from "../../lib/errors.ts";
import type { Store, Write } from "../../protocols/store.ts";
import type { Held } from "../../protocols/threads.ts";
import { inThread } from "./in-thread.ts";
import { writeWhileHeld } from "./write-while-held.ts";

/**
 * Every conflict means that another process got its write in, so there is no need to wait before the next try; so
 * many in a row mean that something is wrong.
 */
const tries = 200;

/**
 * Writes what `plan` says, and plans again when the thread has changed since the plan was made; `[]` writes nothing.
 * The steps' own conditions must tell whether it has.
 * @throws `conflict` when others never let it through; `not_held`; `thread_not_found`; whatever `plan` throws.
 */
export async function writeGuarded(
  store: Store,
  held: Held | undefined,
  plan: () => Promise<readonly Write[]>,
): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await inThread(writeWhileHeld(store, held, plan));
    } catch (error) {
      if (codeOf(error) !== "conflict") throw error;
    }
  }
  throw new SkeletonError("conflict", "Others kept writing into this thread.", {
    hint: "Try again in a moment.",
  });
}
