import { SkeletonError } from "../../lib/errors.ts";
import type { Store } from "../../protocols/store.ts";
import type { MessagesPage, ThreadAt, ThreadMessage } from "../../protocols/threads.ts";
import { activePath, isOnPath, pageAround, pageBelow, pageOfPath, type Range } from "./active-path.ts";
import { checkLimit } from "./check-limit.ts";
import { inThread } from "./in-thread.ts";
import { idOfItem, messageOf } from "./message-item.ts";
import { readItems } from "./read-items.ts";
import { readTree } from "./read-tree.ts";
import { siblingFinder } from "./siblings.ts";
import { messageNotFound, recordAt } from "./thread-record.ts";
import type { Tree } from "./tree.ts";

/** As `Threads.getThreadMessages`. */
export async function readPage(
  store: Store,
  at: ThreadAt,
  page: MessagesPage,
): Promise<readonly ThreadMessage[]> {
  checkLimit(page.limit);
  const anchor = anchorOf(page);
  // Before the tree: what is found here is in the tree that is read next.
  const position = anchor && (await positionOf(store, at, anchor.messageId));
  const { tree } = await readTree(store, at);
  const path = activePath(tree);
  if (position !== undefined && !isOnPath(path, position)) throw messageNotFound();
  return readWithSiblings(store, at, tree, stretchesOf(path, page.limit, anchor?.side, position));
}

/** Where a page is, seen from an entry that it names. @throws `bad_input` when it names more than one. */
function anchorOf({ before, after, around }: MessagesPage) {
  const named = Object.entries({ before, after, around }).flatMap(([side, messageId]) =>
    messageId === undefined ? [] : [{ side, messageId }],
  );
  if (named.length > 1) {
    throw new SkeletonError("bad_input", `A page cannot be ${named.map(({ side }) => side).join(" and ")}.`, {
      hint: "Give one of `before`, `after` and `around`.",
    });
  }
  return named[0];
}

function stretchesOf(
  path: readonly Range[],
  limit: number | undefined,
  side: string | undefined,
  position: number | undefined,
): readonly Range[] {
  if (side === "around" && position !== undefined) return pageAround(path, position, limit);
  if (side === "after" && position !== undefined) return pageBelow(path, position, limit);
  return pageOfPath(path, {
    ...(limit !== undefined && { limit }),
    ...(position !== undefined && { before: position }),
  });
}

/** As `Threads.getMessage`. */
export async function readMessage(store: Store, at: ThreadAt, messageId: string): Promise<ThreadMessage> {
  const position = await positionOf(store, at, messageId);
  const { tree } = await readTree(store, at);
  const [message] = await readWithSiblings(store, at, tree, [{ from: position, to: position + 1 }]);
  if (!message) throw messageNotFound();
  return message;
}

/** @throws `message_not_found`. */
export async function positionOf(store: Store, at: ThreadAt, messageId: string): Promise<number> {
  const found = await inThread(store.collectionFind(recordAt(at), "messages", messageId));
  if (!found) throw messageNotFound();
  return found.position;
}

async function readWithSiblings(
  store: Store,
  at: ThreadAt,
  tree: Tree,
  stretches: readonly Range[],
): Promise<readonly ThreadMessage[]> {
  const siblingsAt = siblingFinder(tree);
  const positions = stretches.flatMap(({ from, to }) => range(from, to));
  const siblings = new Map<number, readonly number[]>();
  // A tree of one segment has no branches.
  for (const position of tree.segments.length > 1 ? positions : []) {
    const found = siblingsAt(position);
    if (found.length > 1) siblings.set(position, found);
  }
  const beside = [...siblings.values()].flat().map((position) => ({ from: position, to: position + 1 }));
  const items = await readItems(store, at, [...stretches, ...beside]);
  const itemAt = (position: number) => items.get(position) ?? {};
  return positions.map((position) => {
    const ids = siblings.get(position)?.map((sibling) => idOfItem(itemAt(sibling)));
    return messageOf(itemAt(position), ids);
  });
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
