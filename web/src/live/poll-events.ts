import { statusOf } from "../api/api-error.ts";
import type { EventList } from "../api/wire.ts";
import type { FeedEvent } from "./news.ts";

export type Polling = {
  /** Number of the last event already seen. */
  readonly after: number | undefined;
  readonly signal: AbortSignal;
  readonly get: (after: number | undefined, signal: AbortSignal) => Promise<EventList>;
  readonly wait: (signal: AbortSignal) => Promise<void>;
  readonly onEvents: (events: readonly FeedEvent[], cursor: number) => void;
};

/**
 * Asks for news from time to time, for a window that nobody sees and that therefore keeps no connection. Trouble passes
 * or is found out when the window is seen again. Resolves when `signal` aborts.
 * @throws ApiError 401.
 */
export async function pollEvents({ after, signal, get, wait, onEvents }: Polling): Promise<void> {
  let cursor = after;
  while (!signal.aborted) {
    await wait(signal);
    if (signal.aborted) return;
    try {
      const { events, cursor: next } = await get(cursor, signal);
      const news = events.map(({ event, data }) => ({ event, data }) as FeedEvent);
      // Without a cursor nothing is known of what came before: all that was loaded may be old.
      if (cursor === undefined) onEvents([{ event: "reload", data: { cursor: next } }], next);
      else if (news.length > 0) onEvents(news, next);
      cursor = next;
    } catch (error) {
      if (statusOf(error) === 401) throw error;
      if (statusOf(error) === 410) cursor = undefined;
    }
  }
}
