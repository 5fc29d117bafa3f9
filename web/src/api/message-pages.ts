import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { type MessagesPage, messagesAfter, messagesBefore, newestMessages } from "./calls.ts";
import { queryKeys } from "./query-keys.ts";
import type { MessageEntry } from "./wire.ts";

/** A stretch of a thread's active branch: pages from the newest up, each with its oldest entry first. */
export type MessagePages = InfiniteData<readonly MessageEntry[]>;

/** The server gives no more at a time. */
const maxLimit = 10_000;

/** All entries, the oldest first. */
export const entriesIn = (known: MessagePages | undefined): readonly MessageEntry[] =>
  (known?.pages ?? []).toReversed().flat();

/** What stands above; `undefined` where the thread begins. */
export function pageAbove(pages: readonly (readonly MessageEntry[])[]): MessagesPage | undefined {
  const oldest = pages.findLast((page) => page.length > 0)?.[0];
  return oldest === undefined || oldest.parent_id === null ? undefined : messagesBefore(oldest.id);
}

/** What stands below; `undefined` once nothing came from there. */
export function pageBelow(pages: readonly (readonly MessageEntry[])[]): MessagesPage | undefined {
  const newest = pages[0]?.at(-1);
  return newest === undefined ? undefined : messagesAfter(newest.id);
}

/** Entries as one page that ends where the branch does. */
export const asNewest = (entries: readonly MessageEntry[]): MessagePages => ({
  pages: [entries],
  pageParams: [{ limit: Math.min(maxLimit, Math.max(newestMessages.limit, entries.length)) }],
});

/**
 * A stretch with the end of the branch as it is now in the place of what it had there. An entry never changes its parent,
 * so what stands above one of them is the same as before.
 * @returns `undefined` where the two do not meet: another branch may be the active one, or too much may have come.
 */
export function joined(known: MessagePages, end: readonly MessageEntry[]): MessagePages | undefined {
  const first = end[0];
  if (first === undefined) return undefined;
  const page = known.pages.findIndex((entries) =>
    entries.some(({ id }) => id === first.id || id === first.parent_id),
  );
  if (page === -1) return first.parent_id === null ? asNewest(end) : undefined;
  const met = known.pages[page] ?? [];
  const at = met.findIndex(({ id }) => id === first.id);
  const kept =
    at === -1 ? met.slice(0, met.findIndex(({ id }) => id === first.parent_id) + 1) : met.slice(0, at);
  const newest = asNewest([...kept, ...end]);
  return {
    pages: [...newest.pages, ...known.pages.slice(page + 1)],
    pageParams: [...newest.pageParams, ...known.pageParams.slice(page + 1)],
  };
}

/** The stretch at the end of a thread, or else the one that a reader went to, whichever holds an entry. */
export function stretchWith(
  client: QueryClient,
  threadId: string,
  messageId: string | undefined,
): MessagePages | undefined {
  const newest = client.getQueryData<MessagePages>(queryKeys.newestMessages(threadId));
  if (messageId === undefined) return newest;
  const all = client.getQueriesData<MessagePages>({ queryKey: queryKeys.messages(threadId) });
  const holds = (pages: MessagePages | undefined) => entriesIn(pages).some(({ id }) => id === messageId);
  if (holds(newest)) return newest;
  const other = all.find(([, pages]) => holds(pages))?.[1];
  return other === undefined ? newest : asNewest(entriesIn(other));
}
