import type { AccountEvent } from "../../../src/protocols/account-event.ts";
import { queryKeys } from "../api/query-keys.ts";

/** Where a reader stands in the account's events; `reload`: what was known before may be wrong. */
export type FeedEvent =
  | AccountEvent
  | { readonly event: "ready" | "reload"; readonly data: { readonly cursor: number } };

export type QueryKey = readonly string[];

/** Everything that events can change; and another life of the server may offer other models, too. */
const reloadKeys: readonly QueryKey[] = [
  queryKeys.threads,
  queryKeys.allThreadDetails,
  queryKeys.allMessages,
  ["search"],
  queryKeys.models,
  queryKeys.prompts,
];

/** What must be loaded again after these events, each once. */
export function newsKeys(events: readonly FeedEvent[]): readonly QueryKey[] {
  const keys = new Map<string, QueryKey>();
  for (const key of events.flatMap(keysOf)) keys.set(key.join("\n"), key);
  return [...keys.values()];
}

function keysOf(news: FeedEvent): readonly QueryKey[] {
  switch (news.event) {
    case "reload":
      return reloadKeys;
    case "thread_created":
    case "thread_updated":
    case "thread_deleted":
      return [queryKeys.threads, queryKeys.thread(news.data.thread_id)];
    case "thread_messages":
      return [queryKeys.messages(news.data.thread_id)];
    case "turn_started":
    case "turn_ended":
      return [
        queryKeys.threads,
        queryKeys.thread(news.data.thread_id),
        queryKeys.messages(news.data.thread_id),
      ];
    case "ready":
      return [];
    default:
      news satisfies never; // a newer server's event
      return [];
  }
}

/**
 * The number to go on from. `ready` counts only where nothing is known yet: on a later connection events that were
 * missed still follow it.
 */
export function nextFeedCursor(
  cursor: number | undefined,
  { id, event: news }: { readonly id: number | undefined; readonly event: FeedEvent },
): number | undefined {
  if (news.event === "reload") return news.data.cursor;
  if (news.event === "ready") return cursor ?? news.data.cursor;
  return id ?? cursor;
}
