import type { SearchHit, Store } from "../../protocols/store.ts";
import type { ThreadHit } from "../../protocols/threads.ts";
import { checkLimit } from "./check-limit.ts";
import { messageOf } from "./message-item.ts";
import { threadOf, threadStore } from "./thread-record.ts";

/** As `Threads.searchThreads`; a store's hits are texts, so the best one of each thread is taken. */
export async function searchThreads(
  store: Store,
  search: { readonly userId: string; readonly query: string; readonly limit?: number },
): Promise<readonly ThreadHit[]> {
  checkLimit(search.limit);
  const { userId, query, limit = 50 } = search;
  const page = { limit, perRecord: true, where: { archived: false } };
  const hits = await store.fullTextSearch({ userId, store: threadStore }, query, page);
  return hits.map(threadHit);
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
