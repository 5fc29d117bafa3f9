import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { getMessages, getThread, messagesPage } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useLiveTurn } from "../live/use-live-turn.ts";
import { historyItems, type Item, reuseItems, withLive } from "./conversation-items.ts";

const noId = ""; // a query that is not enabled still wants a key
const nothing: readonly Item[] = [];

/** Everything about one thread; `null` is a chat that has not begun. */
export function useConversation(threadId: string | null) {
  const id = threadId ?? noId;
  const enabled = threadId !== null;
  const thread = useQuery({
    queryKey: queryKeys.thread(id),
    queryFn: ({ signal }) => getThread(id, signal),
    enabled,
  });
  const history = useInfiniteQuery({
    queryKey: queryKeys.messages(id),
    queryFn: ({ pageParam, signal }) => getMessages(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page, _pages, before) =>
      page.length < messagesPage(before) ? undefined : page[0]?.id,
    enabled,
  });
  const live = useLiveTurn(threadId, thread.data?.running_turn ?? null);

  // Pages are loaded from the newest up.
  const entries = useMemo(() => (history.data?.pages ?? []).toReversed().flat(), [history.data]);
  const lastTurn = thread.data?.last_turn;
  const drawn = useRef(nothing);
  const past = useMemo(() => {
    drawn.current = reuseItems(drawn.current, historyItems(entries, live?.turnId, lastTurn));
    return drawn.current;
  }, [entries, live?.turnId, lastTurn]);
  const items = useMemo(
    () => (live === undefined ? past : withLive(past, live.turnId, live.view)),
    [past, live],
  );
  return { thread, history, items, live };
}
