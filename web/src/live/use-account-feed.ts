import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { statusOf } from "../api/api-error.ts";
import { openStream } from "../api/call-api.ts";
import { accountEventsPath, getAccountEvents } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { answerNews } from "./answer-news.ts";
import { type Connection, followEvents } from "./follow-events.ts";
import { gather } from "./gather.ts";
import { type FeedEvent, nextFeedCursor } from "./news.ts";
import { pollEvents } from "./poll-events.ts";
import { wait } from "./wait.ts";
import { whileVisible } from "./while-visible.ts";

/** Changes come in bursts (a message, its thread, its turn); one round of loading answers them. */
const gatherMs = 50;
/** A window that nobody sees asks so often; a browser may slow it down further. */
const pollMs = 10_000;
/** A connection that comes back at once is not worth a word. */
const quietMs = 800;

/**
 * Keeps the cache true: listens to the account's events and has loaded again what they touch.
 * It reads the stream with `fetch`, not `EventSource`, which hides the status: a 401 must lead to signing in.
 * @param start where the events stood before anything else was loaded: listening from there leaves no gap.
 */
export function useAccountFeed(start: number): Connection {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const cursor = useRef(start);

  useEffect(() => {
    const gathered = gather<FeedEvent>((events) => answerNews(client, events), gatherMs);

    const take = (events: readonly FeedEvent[], next: number | undefined) => {
      cursor.current = next ?? cursor.current;
      gathered.add(events);
    };

    let telling: ReturnType<typeof setTimeout> | undefined;
    const tell = (now: Connection) => {
      if (now === "reconnecting") telling ??= setTimeout(() => setConnection(now), quietMs);
      else {
        clearTimeout(telling);
        telling = undefined;
        setConnection(now);
      }
    };
    const lost = (error: unknown) => {
      if (statusOf(error) === 401) client.setQueryData(queryKeys.me, null);
      else throw error;
    };

    const follow = (signal: AbortSignal) => {
      followEvents<FeedEvent>({
        path: accountEventsPath,
        after: cursor.current,
        signal,
        open: openStream,
        wait,
        onEvents: take,
        onConnection: tell,
        nextCursor: nextFeedCursor,
        isFinal: (error) => statusOf(error) === 401, // a proxy answers oddly while the server behind it is exchanged
      }).catch(lost);
    };
    const poll = (signal: AbortSignal) => {
      tell("connecting"); // whatever was wrong is seen anew when the window is
      pollEvents({
        after: cursor.current,
        signal,
        get: getAccountEvents,
        wait: (until) => wait(pollMs, until),
        onEvents: take,
      }).catch(lost);
    };
    const stop = whileVisible(follow, poll);
    return () => {
      clearTimeout(telling);
      gathered.close();
      stop();
    };
  }, [client]);

  return connection;
}
