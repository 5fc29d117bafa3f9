import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/query-keys.ts";
import type { MessageEntry } from "../api/wire.ts";

/** What the user said in a thread, oldest first, as far as it has been loaded. */
export function said(client: QueryClient, threadId: string | null): readonly string[] {
  if (threadId === null) return [];
  const key = queryKeys.messages(threadId);
  const loaded = client.getQueryData<InfiniteData<readonly MessageEntry[]>>(key);
  // Pages are loaded from the newest up.
  return (loaded?.pages ?? [])
    .toReversed()
    .flat()
    .flatMap(({ role, content }) => (role === "user" ? [content] : []));
}
