import {
  type InfiniteData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { changeThread, getThreads, search, threadsPage } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ThreadDetail, ThreadEntry } from "../api/wire.ts";

type Pages = InfiniteData<readonly ThreadEntry[], string | undefined>;

/** Threads, newest first, as many pages as were asked for. */
export function useThreads() {
  return useInfiniteQuery({
    queryKey: queryKeys.threads,
    queryFn: ({ pageParam, signal }) => getThreads(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length < threadsPage ? undefined : page.at(-1)?.id),
  });
}

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

/** Renames; the new title stands at once, and the old one again if the server refuses. */
export function useRename() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ threadId, title }: { threadId: string; title: string }) =>
      changeThread(threadId, { title }),
    onMutate: ({ threadId, title }) => {
      client.setQueryData<Pages>(queryKeys.threads, (pages) =>
        mapThreads(pages, (thread) => (thread.id === threadId ? { ...thread, title } : thread)),
      );
      client.setQueryData<ThreadDetail>(queryKeys.thread(threadId), (known) => known && { ...known, title });
    },
    onSettled: (_data, _error, { threadId }) =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.threads }),
        client.invalidateQueries({ queryKey: queryKeys.thread(threadId) }),
      ]),
  });
}

/** Archives, or brings back. */
export function useArchive() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ threadId, archived }: { threadId: string; archived: boolean }) =>
      changeThread(threadId, { archived }),
    onMutate: ({ threadId, archived }) => {
      if (!archived) return;
      client.setQueryData<Pages>(queryKeys.threads, (pages) =>
        mapThreads(pages, (thread) => (thread.id === threadId ? undefined : thread)),
      );
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.threads }),
  });
}

function mapThreads(
  known: Pages | undefined,
  change: (thread: ThreadEntry) => ThreadEntry | undefined,
): Pages | undefined {
  return (
    known && { ...known, pages: known.pages.map((page) => page.flatMap((thread) => change(thread) ?? [])) }
  );
}
