import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getThreads, search, type ThreadList, threadsPage } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ThreadsPage } from "./thread-lists.ts";

/** The threads of a list, newest first, as many pages as were asked for. */
export function useThreads(list: ThreadList) {
  return useInfiniteQuery({
    queryKey: queryKeys.threadList(list),
    queryFn: async ({ pageParam, signal }): Promise<ThreadsPage> => {
      const rows = await getThreads(list, pageParam, signal);
      return { rows, next: rows.length < threadsPage ? undefined : rows.at(-1)?.id };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
}

export type LoadedThreads = ReturnType<typeof useThreads>;

export function useSearch(query: string) {
  return useQuery({
    queryKey: queryKeys.search(query),
    queryFn: ({ signal }) => search(query, signal),
    enabled: query !== "",
    placeholderData: (previous) => previous, // hits stay while the next letter is looked up
    gcTime: 30_000,
    staleTime: 10_000,
  });
}
