import type { QueryClient } from "@tanstack/react-query";
import { getMessages, newestMessages } from "../api/calls.ts";
import { asNewest, entriesIn, joined, type MessagePages } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";
import { whenIdle } from "../api/when-idle.ts";
import { oneAtATime } from "../lib/one-at-a-time.ts";

/**
 * Brings what is known of a thread's messages up to date by loading its end alone, and everything only where that does
 * not meet what is known. Siblings of what stands further up are as they were.
 * @throws ApiError.
 */
export const refreshMessages = oneAtATime<QueryClient>(async (client, threadId) => {
  const queryKey = queryKeys.newestMessages(threadId);
  const query = client.getQueryCache().find({ queryKey });
  if (query === undefined) return; // nobody has asked for them
  if (!query.isActive()) {
    // Whoever comes back to this thread begins at its end.
    const newest = client.getQueryData<MessagePages>(queryKey)?.pages[0];
    if (newest !== undefined) client.setQueryData(queryKey, asNewest(newest.slice(-newestMessages.limit)));
    return client.invalidateQueries({ queryKey });
  }
  await whenIdle(client, queryKey);
  const end = await getMessages(threadId, newestMessages);
  await whenIdle(client, queryKey);
  const known = client.getQueryData<MessagePages>(queryKey);
  const whole = known && joined(known, end);
  if (whole !== undefined) client.setQueryData(queryKey, whole);
  else if (entriesIn(known).length > 0 || end.length > 0) {
    await client.refetchQueries({ queryKey: queryKeys.messages(threadId) }, { throwOnError: true });
  }
});
