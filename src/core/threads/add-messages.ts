import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { Store, Write } from "../../protocols/store.ts";
import type { NewMessage, ThreadAt, Threads } from "../../protocols/threads.ts";
import { inThread } from "./in-thread.ts";
import { idOfItem, itemOf } from "./message-item.ts";
import { type Parent, planAppend } from "./plan-append.ts";
import { readItems } from "./read-items.ts";
import { positionOf } from "./read-messages.ts";
import { readTree } from "./read-tree.ts";
import { recordAt } from "./thread-record.ts";
import { writeGuarded } from "./write-guarded.ts";

type Options = NonNullable<Parameters<Threads["addMessages"]>[2]>;

/** As `Threads.addMessages`. */
export const addMessages = (
  store: Store,
  at: ThreadAt,
  messages: readonly NewMessage[],
  options: Options,
): Promise<void> => writeGuarded(store, options.held, () => planWrites(store, at, messages, options));

async function planWrites(
  store: Store,
  at: ThreadAt,
  messages: readonly NewMessage[],
  options: Options,
): Promise<readonly Write[]> {
  const { tree, unchanged, updated } = await readTree(store, at);
  const [present, leafId] = await Promise.all([
    // Into an empty thread, as an import is, nothing has to be looked for.
    tree.length === 0 ? new Map<string, number>() : positionsOf(store, at, messages),
    asksForLeaf(options) ? idAt(store, at, tree.leaf) : null,
  ]);
  if (messages.every(({ id }) => present.has(id))) return [];
  const parent = await parentFor(store, at, { position: tree.leaf, id: leafId }, options);
  const { appended, segments } = planAppend(tree, messages, present, parent);
  const changes = {
    length: tree.length + appended.length,
    leaf: null,
    ...(segments !== tree.segments && { segments }),
  };
  const time = options.time === undefined || options.time > updated ? options.time : updated;
  const appends = appended.map(
    ({ message, parentId }, index): Write => ({
      op: "append",
      at: recordAt(at),
      field: "messages",
      item: itemOf(message, parentId),
      options: { key: message.id, position: tree.length + index },
      ...given({ time }),
    }),
  );
  // Only the condition on the record guards the tree: an append whose key is there already is no conflict.
  return [{ op: "update", at: recordAt(at), changes, where: unchanged, ...given({ time }) }, ...appends];
}

const asksForLeaf = ({ parentId, expectLeaf }: Options) => parentId === undefined || expectLeaf !== undefined;

/**
 * Where to append: what was asked for, or the end of the active branch.
 * @param leaf that end, with its id where the options ask for it.
 */
async function parentFor(store: Store, at: ThreadAt, leaf: Parent, options: Options): Promise<Parent> {
  const { parentId, expectLeaf } = options;
  if (expectLeaf !== undefined && expectLeaf !== leaf.id) throw stale(leaf.id);
  if (parentId === undefined) return leaf;
  if (parentId === null) return { position: null, id: null };
  return { position: await positionOf(store, at, parentId), id: parentId };
}

async function idAt(store: Store, at: ThreadAt, position: number | null): Promise<string | null> {
  if (position === null) return null;
  const item = (await readItems(store, at, [{ from: position, to: position + 1 }])).get(position);
  return item === undefined ? null : idOfItem(item);
}

/** Where those of the messages stand that are there already. */
async function positionsOf(
  store: Store,
  at: ThreadAt,
  messages: readonly NewMessage[],
): Promise<ReadonlyMap<string, number>> {
  const find = async ({ id }: NewMessage) => {
    const found = await inThread(store.collectionFind(recordAt(at), "messages", id));
    return found ? [[id, found.position] as const] : [];
  };
  return new Map((await Promise.all(messages.map(find))).flat());
}

const stale = (leaf: string | null): SkeletonError =>
  new SkeletonError("stale", "The conversation has moved on since you last saw it.", {
    hint: "Read the thread's messages again and build on the last one, or name the message to build on.",
    details: leaf === null ? {} : { leaf },
  });
