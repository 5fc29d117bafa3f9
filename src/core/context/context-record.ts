import { codeOf } from "../../lib/errors.ts";
import type { JsonObject } from "../../protocols/json.ts";
import type { At, Store, StoreSchema, Write } from "../../protocols/store.ts";
import type { ThreadAt } from "../../protocols/threads.ts";
import type { Operation } from "./operation.ts";

export const contextStore = "contexts";

/** A thread has a record, of the same id, once something was done to its context. */
export const contextSchema: StoreSchema = {
  /** The mutation count. It is kept rather than counted, so that it never goes back. */
  mutations: "int",
  operations: "json_collection",
};

export const contextAt = ({ userId, threadId }: ThreadAt): At => ({
  userId,
  store: contextStore,
  id: threadId,
});

export const addRecord = (at: ThreadAt, mutations: number): Write => ({
  op: "add",
  in: { userId: at.userId, store: contextStore },
  id: at.threadId,
  data: { mutations },
});

export const appendOperation = (at: ThreadAt, operation: Operation): Write => ({
  op: "append",
  at: contextAt(at),
  field: "operations",
  item: operation as unknown as JsonObject, // messages and changes are JSON through and through
});

/** The mutation count, and whether there is a record. */
export async function readCount(store: Store, at: ThreadAt): Promise<{ count: number; exists: boolean }> {
  const record = await store.get(contextAt(at));
  return { count: Number(record?.mutations ?? 0), exists: record !== undefined };
}

/** Everything that was done, oldest first. */
export async function readOperations(store: Store, at: ThreadAt): Promise<readonly Operation[]> {
  try {
    const items = await store.collectionGet(contextAt(at), "operations");
    return items.map(({ item }) => item as unknown as Operation);
  } catch (error) {
    if (codeOf(error) === "record_not_found") return [];
    throw error;
  }
}
