import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { getMessages, messagesAround, newestMessages } from "../api/calls.ts";
import { pageAbove, pageBelow } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";

/** The end of a thread and, page by page, what stands above it. Without a thread nothing is asked for. */
export const useNewest = (threadId: string | null) =>
  useInfiniteQuery({
    queryKey: queryKeys.newestMessages(threadId ?? ""),
    queryFn: ({ pageParam, signal }) => getMessages(threadId ?? "", pageParam, signal),
    initialPageParam: newestMessages,
    getNextPageParam: (_page, pages) => pageAbove(pages),
    enabled: threadId !== null,
  });

/** What stands around a message, to be read on from there both ways; without a message nothing is asked for. */
export const useAround = (threadId: string | null, messageId: string | undefined) =>
  useInfiniteQuery({
    queryKey: queryKeys.messagesAround(threadId ?? "", messageId ?? ""),
    queryFn: ({ pageParam, signal }) => getMessages(threadId ?? "", pageParam, signal),
    initialPageParam: messagesAround(messageId ?? ""),
    getNextPageParam: (_page, pages) => pageAbove(pages),
    getPreviousPageParam: (_page, pages) => pageBelow(pages),
    enabled: threadId !== null && messageId !== undefined,
    placeholderData: keepPreviousData, // from one hit to the next
    gcTime: 0, // whoever comes back goes there anew
  });

export type History = ReturnType<typeof useNewest>;
