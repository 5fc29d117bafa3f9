import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { TurnEvent } from "../../../src/protocols/turn-event.ts";
import { emptyTurn, foldTurn, type ToolCallView, type TurnView } from "../../../src/turns/fold-turn.ts";
import { isPassing } from "../api/api-error.ts";
import { openStream } from "../api/call-api.ts";
import { turnEventsPath } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ThreadDetail } from "../api/wire.ts";
import { createExternalStore, type ExternalStore } from "../lib/external-store.ts";
import { backoffMs, followEvents } from "./follow-events.ts";
import { onFrame } from "./on-frame.ts";
import { refreshMessages } from "./refresh-messages.ts";
import { refreshThread } from "./refresh-thread.ts";
import { wait } from "./wait.ts";
import { whileVisible } from "./while-visible.ts";

/**
 * A turn as it is being answered. What has come of it changes with every frame, so it stands outside React: only what
 * draws it is drawn again.
 */
export type LiveTurn = { readonly turnId: string; readonly view: ExternalStore<TurnView> };

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
    setLive({ turnId: runningTurn, view: createExternalStore(emptyTurn) });
  }

  useEffect(() => {
    if (live === undefined || threadId === null) return;
    const { turnId, view } = live;
    let cursor: number | undefined;
    const frame = onFrame<TurnEvent>((events) => view.set(foldTurn(events, view.get())));
    /**
     * The log that was read is gone (410). Either the turn has ended and the history has it, or its server started again
     * and goes on with it: then it is told anew from its beginning.
     */
    const lost = async (signal: AbortSignal) => {
      const failed = cursor === undefined ? undefined : await load(client, threadId);
      const thread = client.getQueryData<ThreadDetail>(queryKeys.thread(threadId));
      if (cursor === undefined || failed || thread?.running_turn !== turnId) return settle(signal);
      if (!signal.aborted) setLive({ turnId, view: createExternalStore(emptyTurn) });
    };
    /** Loads the history, however long that takes: until it is there, what was said stays in view. */
    const settle = async (signal: AbortSignal) => {
      frame.flush();
      for (let failures = 0; !signal.aborted; failures += 1) {
        const failed = await load(client, threadId);
        if (!failed || !isPassing(failed.error)) {
          settled.add(turnId);
          setLive((now) => (now === live ? undefined : now));
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
        () => lost(signal),
      );
    });
    return () => {
      stop();
      frame.close();
    };
  }, [live, threadId, client, settled]);

  return live;
}

/** What has come of a turn; `undefined` without one. Draws again with every frame. */
export const useTurnView = (live: LiveTurn | undefined): TurnView | undefined =>
  useSyncExternalStore(live?.view.subscribe ?? never, () => live?.view.get());

/** The history entry that a turn answers, as soon as that is known. */
export const useAnswered = (live: LiveTurn | undefined): string | undefined =>
  useSyncExternalStore(live?.view.subscribe ?? never, () => live?.view.get().messageId);

/** Whether its plan or one of its calls waits for the reader's word. */
export const useAsks = (live: LiveTurn | undefined): boolean =>
  useSyncExternalStore(live?.view.subscribe ?? never, () => {
    const { calls, plan } = live?.view.get() ?? emptyTurn;
    return plan?.consent === "asked" || calls.some(asks);
  });

const asks = ({ consent, ended, questions = [] }: ToolCallView): boolean =>
  ended === undefined && (consent === "asked" || questions.some((question) => question.consent === "asked"));

const never = () => () => {};

/** Brings a thread and its history up to date. @returns why that failed. */
const load = (client: QueryClient, threadId: string): Promise<{ readonly error: unknown } | undefined> =>
  Promise.all([refreshMessages(client, threadId), refreshThread(client, threadId)]).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
