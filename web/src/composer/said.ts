import type { QueryClient } from "@tanstack/react-query";
import { entriesIn, type MessagePages } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";

/** What the user said in a thread, oldest first, as far as it has been loaded. */
export function said(client: QueryClient, threadId: string | null): readonly string[] {
  if (threadId === null) return [];
  const loaded = client.getQueryData<MessagePages>(queryKeys.newestMessages(threadId));
  return entriesIn(loaded).flatMap(({ role, content }) => (role === "user" ? [content] : []));
}
