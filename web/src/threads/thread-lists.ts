import type { InfiniteData } from "@tanstack/react-query";
import type { ThreadList } from "../api/calls.ts";
import type { ThreadEntry } from "../api/wire.ts";

/** Some threads of a list, newest first, and the one that the next page comes after; absent at the end of the list. */
export type ThreadsPage = { readonly rows: readonly ThreadEntry[]; readonly next?: string | undefined };

/** A list as far as it is loaded. */
export type Pages = InfiniteData<ThreadsPage>;

export const threadsIn = (known: Pages | undefined): readonly ThreadEntry[] =>
  known?.pages.flatMap(({ rows }) => rows) ?? [];

/** The one list that a thread stands in. */
export const listOf = ({ archived, pinned }: ThreadEntry): ThreadList =>
  archived ? "archived" : pinned ? "pinned" : "recent";

/** A list without a thread; `undefined` where nothing is left after which the next page could come. */
export function without(known: Pages, threadId: string): Pages | undefined {
  const pages = known.pages.map(({ rows, next }) => {
    const left = rows.filter(({ id }) => id !== threadId);
    return { rows: left, next: next === threadId ? left.at(-1)?.id : next };
  });
  const isCut = known.pages.at(-1)?.next !== undefined && pages.at(-1)?.next === undefined;
  return isCut ? undefined : { ...known, pages };
}

/** A list with a thread as it is now: where it stood, or else where its age puts it. */
export function withThread(known: Pages, thread: ThreadEntry): Pages {
  const stands = threadsIn(known).some(({ id }) => id === thread.id);
  if (stands) {
    const pages = known.pages.map(({ rows, next }) => ({
      rows: rows.map((other) => (other.id === thread.id ? thread : other)),
      next,
    }));
    return { ...known, pages };
  }
  const isOlder = ({ created }: ThreadEntry) => created <= thread.created;
  const last = known.pages.at(-1);
  const found = known.pages.findIndex(({ rows }) => rows.some(isOlder));
  if (found === -1 && last?.next !== undefined) return known; // it comes with a page that is not loaded yet
  const at = found === -1 ? known.pages.length - 1 : found;
  const pages = known.pages.map((page, index) => {
    if (index !== at) return page;
    const before = found === -1 ? page.rows.length : page.rows.findIndex(isOlder);
    return { ...page, rows: page.rows.toSpliced(before, 0, thread) };
  });
  return { ...known, pages };
}
