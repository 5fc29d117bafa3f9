import type { SearchHit, Store } from "../../protocols/store.ts";
import type { ThreadHit } from "../../protocols/threads.ts";
import { checkLimit } from "./check-limit.ts";
import { messageOf } from "./message-item.ts";
import { threadOf, threadStore } from "./thread-record.ts";

/** More hits than these in all are not looked through, so that one endless thread cannot keep a search busy. */
const mostHits = 4000;

/** As `Threads.searchThreads`; a store's hits are texts, so the best one of each thread is taken. */
export async function searchThreads(
  store: Store,
  search: { readonly userId: string; readonly query: string; readonly limit?: number },
): Promise<readonly ThreadHit[]> {
  checkLimit(search.limit);
  const limit = search.limit ?? 50;
  const place = { userId: search.userId, store: threadStore };
  const hits = new Map<string, ThreadHit>();
  let size = Math.max(limit * 2, 20);
  for (let offset = 0; offset < mostHits && hits.size < limit; ) {
    const page = { offset, limit: size, where: { archived: false } };
    const found = await store.fullTextSearch(place, search.query, page);
    for (const hit of found) {
      if (hits.size < limit && !hits.has(hit.record.id)) hits.set(hit.record.id, threadHit(hit));
    }
    if (found.length < size) break;
    offset += size;
    size *= 2; // many hits in few threads: fewer and larger steps
  }
  return [...hits.values()];
}

function threadHit({ record, item, snippet, marks }: SearchHit): ThreadHit {
  const thread = threadOf(record);
  if (!item) return { thread, snippet, marks };
  const { id, content: text } = messageOf(item.item);
  const before = text.startsWith(snippet) ? "" : "...";
  const after = text.endsWith(snippet) ? "" : "...";
  return {
    thread,
    messageId: id,
    snippet: `${before}${snippet}${after}`,
    marks: marks.map(([start, end]) => [start + before.length, end + before.length]),
  };
}
