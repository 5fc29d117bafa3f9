import type { QueryClient } from "@tanstack/react-query";
import { statusOf } from "../api/api-error.ts";
import { getThread } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { reload, whenIdle } from "../api/when-idle.ts";
import { oneAtATime } from "../lib/one-at-a-time.ts";
import { showThread } from "../threads/show-thread.ts";

/** Threads that were erased. No other will ever have one of these ids. */
const erased = new WeakMap<QueryClient, Set<string>>();

/**
 * Brings one thread up to date wherever it is shown: its row in the lists, and the conversation that is open.
 * @throws ApiError.
 */
export const refreshThread = oneAtATime<QueryClient>(async (client, threadId) => {
  const queryKey = queryKeys.thread(threadId);
  const thread = erased.get(client)?.has(threadId) ? undefined : await found(threadId);
  await whenIdle(client, queryKeys.threads, queryKey);
  showThread(client, threadId, thread);
  if (client.getQueryCache().find({ queryKey }) === undefined) return;
  if (thread !== undefined) client.setQueryData(queryKey, thread);
  else await reload(client, queryKey); // where it is open, the server says what became of it
});

/** Takes a thread that was erased from the lists, and has a conversation that is open find out. */
export function forgetThread(client: QueryClient, threadId: string): Promise<void> {
  erased.set(client, (erased.get(client) ?? new Set()).add(threadId));
  return refreshThread(client, threadId);
}

const found = (threadId: string) =>
  getThread(threadId).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
