import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { statusOf } from "../api/api-error.ts";
import { openStream } from "../api/call-api.ts";
import { accountEventsPath } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { type Connection, followEvents } from "./follow-events.ts";
import { gatherKeys } from "./gather-keys.ts";
import { allNewsKeys, type FeedEvent, newsKeys, nextFeedCursor } from "./news-keys.ts";
import { wait } from "./wait.ts";
import { whileVisible } from "./while-visible.ts";

/** Changes come in bursts (a message, its thread, its turn); one round of loading answers them. */
const gatherMs = 50;
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

  useEffect(() => {
    let cursor: number | undefined;
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
      if (cursor === undefined && tooLate) gathered.add(allNewsKeys);
      clearTimeout(patience);
      cursor = next;
      gathered.add(newsKeys(events));
      setSettled(true);
    };

    const stop = whileVisible((signal) => {
      followEvents<FeedEvent>({
        path: accountEventsPath,
        after: cursor,
        signal,
        open: openStream,
        wait,
        onEvents: take,
        onConnection: setConnection,
        nextCursor: nextFeedCursor,
      }).catch((error: unknown) => {
        if (statusOf(error) === 401) client.setQueryData(queryKeys.me, null);
        else setConnection("reconnecting");
      });
    });
    return () => {
      clearTimeout(patience);
      gathered.close();
      stop();
    };
  }, [client]);

  return { connection, settled };
}
