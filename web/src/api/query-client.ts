import { MutationCache, notifyManager, QueryCache, QueryClient } from "@tanstack/react-query";
import { isPassing, statusOf } from "./api-error.ts";
import { queryKeys } from "./query-keys.ts";

// By default a change is told a timer later: a box that was just ticked would be seen empty again for that long.
notifyManager.setScheduler(queueMicrotask);

/**
 * The server's answers. Nothing goes stale by time: the account's events say what to load again.
 * A 401, wherever it comes from, signs this window out; what was typed stays.
 */
export function createQueryClient(): QueryClient {
  const noticeSignedOut = (error: unknown) => {
    if (statusOf(error) === 401) client.setQueryData(queryKeys.me, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: noticeSignedOut }),
    mutationCache: new MutationCache({ onError: noticeSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // A browser that believes to be offline still reaches a server on this machine.
        networkMode: "always",
        retry: (failures, error) => failures < 2 && isPassing(error),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  return client;
}
