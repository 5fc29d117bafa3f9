import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { statusOf } from "../api/api-error.ts";
import { openStream } from "../api/call-api.ts";
import { accountEventsPath, getAccountEvents } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { type Connection, followEvents } from "./follow-events.ts";
import { gatherKeys } from "./gather-keys.ts";
import { allNewsKeys, type FeedEvent, newsKeys, nextFeedCursor } from "./news-keys.ts";
import { pollEvents } from "./poll-events.ts";
import { wait } from "./wait.ts";
import { whileVisible } from "./while-visible.ts";

/** Changes come in bursts (a message, its thread, its turn); one round of loading answers them. */
const gatherMs = 50;
/** A window that nobody sees asks so often; a browser may slow it down further. */
const pollMs = 10_000;
/** A connection that comes back at once is not worth a word. */
const quietMs = 800;
/** A proxy that holds streams back must not hold the page back. */
const patienceMs = 400;

/**
 * Keeps the cache true: listens to the account's events and has loaded again what they touch.
 * It reads the stream with `fetch`, not `EventSource`, which hides the status: a 401 must lead to signing in.
 * @returns the connection, and whether loading may begin: listening first and reading then leaves no gap between.
 */
export function useAccountFeed(): { readonly connection: Connection; readonly settled: boolean } {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>("connecting");
  const [settled, setSettled] = useState(false);
  // It outlives the listening: whoever signs in again goes on where the session ended.
  const cursor = useRef<number>(undefined);

  useEffect(() => {
    let tooLate = false;
    const patience = setTimeout(() => {
      tooLate = true;
      setSettled(true);
    }, patienceMs);
    const gathered = gatherKeys((keys) => {
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    }, gatherMs);

    const take = (events: readonly FeedEvent[], next: number | undefined) => {
      // What was loaded before anybody listened may have missed something.
      if (cursor.current === undefined && tooLate) gathered.add(allNewsKeys);
      clearTimeout(patience);
      cursor.current = next;
      gathered.add(newsKeys(events));
      setSettled(true);
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
      clearTimeout(patience);
      clearTimeout(telling);
      gathered.close();
      stop();
    };
  }, [client]);

  return { connection, settled };
}
