import type { Store, StoreRecord } from "../../protocols/store.ts";
import type { ThreadAt } from "../../protocols/threads.ts";
import { recordAt, threadNotFound } from "./thread-record.ts";
import type { Segment, Tree } from "./tree.ts";

/** A thread's tree at one moment, and the condition that it is still the same when something is written. */
export type TreeRead = {
  readonly tree: Tree;
  readonly unchanged: { readonly length: number; readonly leaf: number | null };
  /** When it changed last. */
  readonly updated: string;
};

/** @throws `thread_not_found`. */
export async function readTree(store: Store, at: ThreadAt): Promise<TreeRead> {
  const record = await store.get(recordAt(at));
  if (!record) throw threadNotFound();
  return treeOf(record);
}

function treeOf(record: StoreRecord): TreeRead {
  // Nobody but this folder writes these fields.
  const segments = record.segments as unknown as readonly Segment[];
  const length = Number(record.length);
  const leaf = typeof record.leaf === "number" ? record.leaf : null;
  const last = length === 0 ? null : length - 1;
  return {
    tree: { segments, length, leaf: leaf ?? last },
    unchanged: { length, leaf },
    updated: record.updated_at,
  };
}
