import type { Store } from "../../protocols/store.ts";
import type { Thread, Threads } from "../../protocols/threads.ts";
import { checkLimit } from "./check-limit.ts";
import { foldTitle, recordAt, threadNotFound, threadOf, threadStore } from "./thread-record.ts";

/** As `Threads.getThreads`. */
export async function listThreads(
  store: Store,
  userId: string,
  options: NonNullable<Parameters<Threads["getThreads"]>[1]>,
): Promise<readonly Thread[]> {
  checkLimit(options.limit);
  const records = await store.find(
    { userId, store: threadStore },
    {
      where: {
        archived: options.archived ?? false,
        ...(options.pinned !== undefined && { pinned: options.pinned ? true : { $ne: true } }),
        ...(options.query !== undefined && { title_folded: { $contains: foldTitle(options.query) } }),
        ...(options.before !== undefined && {
          listed: { $lt: await listedAt(store, userId, options.before) },
        }),
      },
      orderBy: "listed",
      descending: true,
      ...(options.limit !== undefined && { limit: options.limit }),
    },
  );
  return records.map(threadOf);
}

async function listedAt(store: Store, userId: string, threadId: string): Promise<string> {
  const record = await store.get(recordAt({ userId, threadId }));
  if (!record) throw threadNotFound();
  return String(record.listed);
}

/**
 * Makes the values of `listed`: they sort by the time of making, then by the order within this process, and are
 * unique by their id.
 */
export function listedValues(now: () => Date, newId: () => string): (created?: string) => string {
  let lastTime = "";
  let count = 0;
  return (created) => {
    const time = created ?? now().toISOString();
    count = time === lastTime ? count + 1 : 0;
    lastTime = time;
    return `${time} ${String(count).padStart(6, "0")} ${newId()}`;
  };
}
