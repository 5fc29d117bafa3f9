import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { queryKeys } from "../api/query-keys.ts";
import { reload } from "../api/when-idle.ts";
import { type FeedEvent, newsOf } from "./news.ts";
import { refreshJobs } from "./refresh-jobs.ts";
import { refreshMessages } from "./refresh-messages.ts";
import { forgetThread, refreshThread } from "./refresh-thread.ts";

/** Everything that events can change; and another life of the server may offer other models, too. */
const allKeys: readonly QueryKey[] = [
  queryKeys.threads,
  queryKeys.allThreadDetails,
  queryKeys.allMessages,
  ["search"],
  queryKeys.models,
  queryKeys.prompts,
  queryKeys.roles,
  queryKeys.jobs,
];

/** More threads at once are loaded with their lists rather than one by one. */
const few = 10;

/**
 * Has loaded again what events touch, and nothing else. Where that fails, what it was part of is loaded anew: a query
 * that fails says so, and how to try again.
 */
export function answerNews(client: QueryClient, events: readonly FeedEvent[]): void {
  const again = (...keys: readonly QueryKey[]) => {
    for (const key of keys) void reload(client, key);
  };
  const { reload: all, roles, jobs, threads, erased, ends, branched } = newsOf(events);
  if (all) {
    again(...allKeys);
    return;
  }
  if (threads.size > few) again(queryKeys.threads, queryKeys.allThreadDetails);
  else {
    for (const id of threads) {
      refreshThread(client, id).catch(() => again(queryKeys.threads, queryKeys.thread(id)));
    }
  }
  if (roles) again(queryKeys.roles);
  if (jobs) refreshJobs(client);
  for (const id of erased) void forgetThread(client, id);
  for (const id of branched) again(queryKeys.messages(id));
  for (const id of ends) refreshMessages(client, id).catch(() => again(queryKeys.messages(id)));
}
