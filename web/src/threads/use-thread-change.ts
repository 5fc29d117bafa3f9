import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeThread, eraseThread } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import { reload } from "../api/when-idle.ts";
import type { ThreadDetail, ThreadEntry } from "../api/wire.ts";
import { forgetThread, refreshThread } from "../live/refresh-thread.ts";
import { showThread } from "./show-thread.ts";

export type ThreadChange = {
  readonly thread: ThreadEntry;
  /** What becomes of it. */
  readonly change: Parameters<typeof changeThread>[1] | "erase";
};

/**
 * Renames, pins, archives, brings back or erases a thread. The lists show it at once, and what the server says once it
 * has answered, whether it agreed or not.
 */
export function useThreadChange(onRefused: (thread: ThreadEntry) => void) {
  const client = useQueryClient();

  function show({ thread, change }: ThreadChange): void {
    showThread(client, thread.id, change === "erase" ? undefined : { ...thread, ...change });
    if (change === "erase") return;
    client.setQueryData<ThreadDetail>(
      queryKeys.thread(thread.id),
      (known) => known && { ...known, ...change },
    );
  }

  return useMutation({
    mutationKey: queryKeys.threads,
    mutationFn: ({ thread, change }: ThreadChange) =>
      change === "erase" ? eraseThread(thread.id) : changeThread(thread.id, change),
    onMutate: async (asked) => {
      await client.cancelQueries({ queryKey: queryKeys.threads }); // what is on its way would bring back what was
      show(asked);
    },
    onError: (_error, { thread }) => onRefused(thread),
    onSettled: async (_data, error, { thread, change }) => {
      // With another change of it on its way the answer would be that of before it.
      const others = client.isMutating({
        mutationKey: queryKeys.threads,
        predicate: ({ state }) => (state.variables as ThreadChange | undefined)?.thread.id === thread.id,
      });
      if (others > 1) return;
      await Promise.all([
        (change === "erase" && !error ? forgetThread : refreshThread)(client, thread.id).catch(() =>
          reload(client, queryKeys.threads),
        ), // it says what is wrong
        client.invalidateQueries({ queryKey: ["search"] }),
      ]);
    },
  });
}
