import type { Store } from "../../protocols/store.ts";
import type { ThreadAt, WhileHeld } from "../../protocols/threads.ts";
import { newestEnd } from "./newest-end.ts";
import { positionOf } from "./read-messages.ts";
import { readTree } from "./read-tree.ts";
import { recordAt } from "./thread-record.ts";
import { writeGuarded } from "./write-guarded.ts";

/** As `Threads.activateBranch`. */
export async function activateBranch(
  store: Store,
  at: ThreadAt & { readonly messageId: string },
  { held }: WhileHeld,
): Promise<void> {
  await writeGuarded(store, held, async () => {
    const position = await positionOf(store, at, at.messageId);
    const { tree, unchanged } = await readTree(store, at);
    const end = newestEnd(tree, position);
    if (end === tree.leaf) return [];
    const leaf = end === tree.length - 1 ? null : end;
    return [{ op: "update", at: recordAt(at), changes: { leaf }, where: unchanged }];
  });
}
