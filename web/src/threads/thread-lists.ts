import type { InfiniteData } from "@tanstack/react-query";
import type { ThreadList } from "../api/calls.ts";
import type { ThreadEntry } from "../api/wire.ts";

/** A list as far as it is loaded: pages of threads, newest first. */
export type Pages = InfiniteData<readonly ThreadEntry[], string | undefined>;

/** The one list that a thread stands in. */
export const listOf = ({ archived, pinned }: ThreadEntry): ThreadList =>
  archived ? "archived" : pinned ? "pinned" : "recent";

/** A list without a thread. */
export const without = (known: Pages, threadId: string): Pages => ({
  ...known,
  pages: known.pages.map((page) => page.filter(({ id }) => id !== threadId)),
});

/** A list with a thread as it is now: where it stood, or else where its age puts it. */
export function withThread(known: Pages, thread: ThreadEntry, whole: boolean): Pages {
  const stands = known.pages.some((page) => page.some(({ id }) => id === thread.id));
  if (stands) {
    const pages = known.pages.map((page) => page.map((other) => (other.id === thread.id ? thread : other)));
    return { ...known, pages };
  }
  const isOlder = ({ created }: ThreadEntry) => created < thread.created;
  const found = known.pages.findIndex((page) => page.some(isOlder));
  if (found === -1 && !whole) return known; // it comes with a page that is not loaded yet
  const at = found === -1 ? known.pages.length - 1 : found;
  const pages = known.pages.map((page, index) => {
    if (index !== at) return page;
    const before = found === -1 ? page.length : page.findIndex(isOlder);
    return page.toSpliced(before, 0, thread);
  });
  return { ...known, pages };
}
