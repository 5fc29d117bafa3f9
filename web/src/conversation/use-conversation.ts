import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { getThread } from "../api/calls.ts";
import { entriesIn } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useAnswered, useLiveTurn } from "../live/use-live-turn.ts";
import { historyItems, type Item, reuseItems, withComing } from "./conversation-items.ts";
import { useStretch } from "./use-stretch.ts";

const nothing: readonly Item[] = [];

/**
 * Everything about one thread; `null` is a chat that has not begun. It changes when a turn begins and ends, not with each
 * word: an answer that is being given takes those from `live` itself.
 * @param messageId where to begin; without it, at the end.
 * @param sending something is on its way to the server: its writer waits for it at the end.
 */
export function useConversation(threadId: string | null, messageId: string | undefined, sending: boolean) {
  const thread = useQuery({
    queryKey: queryKeys.thread(threadId ?? ""),
    queryFn: ({ signal }) => getThread(threadId ?? "", signal),
    enabled: threadId !== null,
  });
  const stretch = useStretch(threadId, messageId, sending);
  const { history, atEnd } = stretch;
  const live = useLiveTurn(threadId, thread.data?.running_turn ?? null);
  const liveId = live?.turnId;
  const answered = useAnswered(live);

  const entries = useMemo(() => entriesIn(history.data), [history.data]);
  const lastTurn = atEnd ? thread.data?.last_turn : undefined; // what it said may stand further below
  const drawn = useRef(nothing);
  const past = useMemo(() => {
    drawn.current = reuseItems(drawn.current, historyItems(entries, liveId, lastTurn));
    return drawn.current;
  }, [entries, liveId, lastTurn]);
  const items = useMemo(
    () => (liveId === undefined || !atEnd ? past : withComing(past, liveId, answered)),
    [past, liveId, answered, atEnd],
  );
  return { thread, ...stretch, items, live };
}
