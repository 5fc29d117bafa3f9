import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getMessages, getThread, messagesPage } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { useLiveTurn } from "../live/use-live-turn.ts";
import { historyItems, type Item, liveAnswer } from "./conversation-items.ts";

const noId = ""; // a query that is not enabled still wants a key

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
    getNextPageParam: (page) => (page.length < messagesPage ? undefined : page[0]?.id),
    enabled,
  });
  const live = useLiveTurn(threadId, thread.data?.running_turn ?? null);

  // Pages are loaded from the newest up.
  const entries = useMemo(() => (history.data?.pages ?? []).toReversed().flat(), [history.data]);
  const lastTurn = thread.data?.last_turn;
  const past = useMemo(
    () => historyItems(entries, live?.turnId, lastTurn),
    [entries, live?.turnId, lastTurn],
  );
  const items: readonly Item[] = useMemo(() => {
    if (live === undefined) return past;
    const question = past.findLast((item) => item.kind === "user");
    return [...past, liveAnswer(live.turnId, live.view, question?.entry)];
  }, [past, live]);
  return { thread, history, items, live };
}
