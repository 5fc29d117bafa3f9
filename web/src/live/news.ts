import type { AccountEvent } from "../../../src/protocols/account-event.ts";

/** Where a reader stands in the account's events; `reload`: what was known before may be wrong. */
export type FeedEvent =
  | AccountEvent
  | { readonly event: "ready" | "reload"; readonly data: { readonly cursor: number } };

/** What events touch: each thread once. */
export type News = {
  /** Everything may have changed. */
  readonly reload: boolean;
  /** Threads that are new or have changed. */
  readonly threads: ReadonlySet<string>;
  /** Threads that were erased. */
  readonly erased: ReadonlySet<string>;
  /** Threads whose active branch has another end. */
  readonly ends: ReadonlySet<string>;
  /** Threads in which messages further up may have got siblings, too. */
  readonly branched: ReadonlySet<string>;
  /** Chat roles were made, changed or deleted. */
  readonly roles: boolean;
  /** Jobs came, or have another state. */
  readonly jobs: boolean;
};

export function newsOf(events: readonly FeedEvent[]): News {
  const [threads, erased] = [new Set<string>(), new Set<string>()];
  const [ends, branched] = [new Set<string>(), new Set<string>()];
  let [reload, roles, jobs] = [false, false, false];
  for (const news of events) {
    switch (news.event) {
      case "reload":
        reload = true;
        break;
      case "thread_created":
      case "thread_updated":
        threads.add(news.data.thread_id);
        break;
      case "thread_deleted":
        erased.add(news.data.thread_id);
        break;
      case "thread_messages":
        (news.data.branched ? branched : ends).add(news.data.thread_id);
        break;
      case "turn_started":
      case "turn_ended":
        threads.add(news.data.thread_id);
        ends.add(news.data.thread_id);
        break;
      case "roles_changed":
        roles = true;
        break;
      case "ready":
      case "approval_requested": // the turn tells of them itself
      case "approval_answered":
        break;
      case "job_queued": // what a job does to its thread is told by its turn
      case "job_started":
      case "job_ended":
        jobs = true;
        break;
      default:
        news satisfies never; // a newer server's event
    }
  }
  return {
    reload,
    ...{ roles, jobs },
    ...{ threads: threads.difference(erased), erased },
    ...{ ends: ends.difference(branched), branched },
  };
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
