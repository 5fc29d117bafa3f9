import { codeOf, SkeletonError } from "../../lib/errors.ts";
import type { Store, Write } from "../../protocols/store.ts";
import type { ThreadAt } from "../../protocols/threads.ts";
import { addRecord, appendOperation, contextAt, readCount } from "./context-record.ts";
import type { Add, Operation } from "./operation.ts";

/** Each lost try means that another mutation got in; so many in a row mean that something is wrong. */
const tries = 200;

/** Keeps an added message: one write, and for the first one of a thread two tries. */
export async function writeAdd(store: Store, at: ThreadAt, add: Add): Promise<void> {
  const append = appendOperation(at, add);
  try {
    await store.transaction([append]);
  } catch (error) {
    if (codeOf(error) !== "record_not_found") throw error;
    await store.transaction([addRecord(at, 0), append]).catch(async (again) => {
      if (codeOf(again) !== "duplicate_record") throw again;
      await store.transaction([append]); // somebody else added the first one just now
    });
  }
}

/**
 * Keeps a change and raises the count with it, both or neither. `decide` is asked again when another mutation came in
 * between; `undefined` changes nothing.
 * @returns whether something was changed.
 */
export const writeMutation = (
  store: Store,
  at: ThreadAt,
  decide: (count: number) => Promise<Operation | undefined>,
): Promise<boolean> =>
  retrying(async () => {
    const { count, exists } = await readCount(store, at);
    const operation = await decide(count);
    if (operation === undefined) return undefined;
    const append = appendOperation(at, operation);
    return exists ? [raise(at, count), append] : [addRecord(at, 1), append];
  }, store);

/** Forgets all operations; the count goes on. @returns whether there were any. */
export const writeReset = (store: Store, at: ThreadAt): Promise<boolean> =>
  retrying(async () => {
    const { count, exists } = await readCount(store, at);
    if (!exists || (await store.collectionCount(contextAt(at), "operations")) === 0) return undefined;
    return [raise(at, count), { op: "delete", at: contextAt(at) }, addRecord(at, count + 1)];
  }, store);

const raise = (at: ThreadAt, count: number): Write => ({
  op: "update",
  at: contextAt(at),
  changes: { mutations: count + 1 },
  where: { mutations: count },
});

async function retrying(plan: () => Promise<readonly Write[] | undefined>, store: Store): Promise<boolean> {
  for (let left = tries; left > 0; left -= 1) {
    const steps = await plan();
    if (steps === undefined) return false;
    try {
      await store.transaction(steps);
      return true;
    } catch (error) {
      const lost = ["conflict", "duplicate_record", "record_not_found"].includes(codeOf(error));
      if (!lost) throw error;
    }
  }
  throw new SkeletonError("conflict", "Others kept changing this context.", {
    hint: "Try again in a moment.",
  });
}
