import { codeOf } from "../../lib/errors.ts";
import type { ContextMessage } from "../../protocols/context.ts";
import type { Store } from "../../protocols/store.ts";
import type { ThreadAt, ThreadMessage, Threads } from "../../protocols/threads.ts";
import { contextAt, readOperations } from "./context-record.ts";
import { foldContext, undecidedIds } from "./fold-context.ts";
import type { Operation } from "./operation.ts";

export type Parts = {
  readonly threads: Threads;
  readonly store: Store;
  /** The whole active branch. */
  readonly branch: (at: ThreadAt) => Promise<readonly ThreadMessage[]>;
};

export type ContextRead = {
  readonly entries: readonly ThreadMessage[];
  readonly operations: readonly Operation[];
  readonly messages: readonly ContextMessage[];
};

/** The context as it is now, or what its last `limit` history entries make of it. */
export async function readContext(parts: Parts, at: ThreadAt, limit?: number): Promise<ContextRead> {
  const [entries, operations] = await Promise.all([
    inThread(parts, at, () =>
      limit === undefined ? parts.branch(at) : parts.threads.getThreadMessages(at, { limit }),
    ),
    readOperations(parts.store, at),
  ]);
  const asked = undecidedIds(entries, operations);
  const known = await Promise.all(asked.map(async (id) => ((await hasEntry(parts, at, id)) ? [id] : [])));
  return { entries, operations, messages: foldContext(entries, operations, new Set(known.flat())) };
}

/** Whether the history has this entry, on whatever branch. */
export async function hasEntry({ threads }: Parts, at: ThreadAt, messageId: string): Promise<boolean> {
  try {
    await threads.getMessage({ ...at, messageId });
    return true;
  } catch (error) {
    if (codeOf(error) === "message_not_found") return false;
    throw error;
  }
}

/** Asks the thread; where it is gone, what is still kept of its context goes too. */
export async function inThread<T>({ store }: Parts, at: ThreadAt, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (codeOf(error) === "thread_not_found") await store.delete(contextAt(at));
    throw error;
  }
}
