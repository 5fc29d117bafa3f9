import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { TurnEvent } from "../../../src/protocols/turn-event.ts";
import { emptyTurn, foldTurn, type TurnView } from "../../../src/turns/fold-turn.ts";
import { isPassing } from "../api/api-error.ts";
import { openStream } from "../api/call-api.ts";
import { turnEventsPath } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { backoffMs, followEvents } from "./follow-events.ts";
import { onFrame } from "./on-frame.ts";
import { wait } from "./wait.ts";
import { whileVisible } from "./while-visible.ts";

/** A turn as it is being answered. */
export type LiveTurn = { readonly turnId: string; readonly view: TurnView };

/**
 * Follows the thread's running turn: replays what it said and goes on with it, however often the connection breaks.
 * When it has ended the history is loaded, and only then it is let go, so nothing flickers.
 */
export function useLiveTurn(threadId: string | null, runningTurn: string | null): LiveTurn | undefined {
  const client = useQueryClient();
  const [live, setLive] = useState<LiveTurn>();
  const [settled] = useState(() => new Set<string>());
  // A turn that was let go is not followed again, whatever an answer that was late says of it.
  if (runningTurn !== null && live?.turnId !== runningTurn && !settled.has(runningTurn)) {
    setLive({ turnId: runningTurn, view: emptyTurn });
  }
  const turnId = live?.turnId;

  useEffect(() => {
    if (turnId === undefined || threadId === null) return;
    let cursor: number | undefined;
    const frame = onFrame<TurnEvent>((events) =>
      setLive((now) => (now?.turnId === turnId ? { turnId, view: foldTurn(events, now.view) } : now)),
    );
    /** Loads the history, however long that takes: until it is there, what was said stays in view. */
    const settle = async (signal: AbortSignal) => {
      frame.flush();
      for (let failures = 0; !signal.aborted; failures += 1) {
        const failed = await load(client, threadId);
        if (!failed || !isPassing(failed.error)) {
          settled.add(turnId);
          setLive((now) => (now?.turnId === turnId ? undefined : now));
          return;
        }
        await wait(backoffMs(failures, Math.random()), signal);
      }
    };
    const stop = whileVisible((signal) => {
      followEvents<TurnEvent>({
        path: turnEventsPath(turnId),
        after: cursor,
        signal,
        open: openStream,
        wait,
        isLast: ({ event }) => event === "stream_end",
        onEvents: (events, next) => {
          cursor = next;
          frame.add(events);
        },
      }).then(
        () => settle(signal),
        () => settle(signal), // its log is gone (410): the history has it
      );
    });
    return () => {
      stop();
      frame.close();
    };
  }, [turnId, threadId, client, settled]);

  return live;
}

/** Loads a thread and its history anew. @returns why that failed. */
const load = (client: QueryClient, threadId: string): Promise<{ readonly error: unknown } | undefined> =>
  Promise.all(
    [queryKeys.messages(threadId), queryKeys.thread(threadId)].map((queryKey) =>
      client.refetchQueries({ queryKey }, { throwOnError: true }),
    ),
  ).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
