import { useMutation, useQueryClient } from "@tanstack/react-query";
import { changeThread, eraseThread, type ThreadList, threadsPage } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ThreadDetail, ThreadEntry } from "../api/wire.ts";
import { listOf, type Pages, without, withThread } from "./thread-lists.ts";

export type ThreadChange = {
  readonly thread: ThreadEntry;
  /** What becomes of it. */
  readonly change: Parameters<typeof changeThread>[1] | "erase";
};

const lists: readonly ThreadList[] = ["pinned", "recent", "archived"];

/**
 * Renames, pins, archives, brings back or erases a thread. The lists show it at once, and what the server says once it
 * has answered, whether it agreed or not.
 */
export function useThreadChange(onRefused: (thread: ThreadEntry) => void) {
  const client = useQueryClient();

  function show({ thread, change }: ThreadChange): void {
    const changed = change === "erase" ? undefined : { ...thread, ...change };
    for (const list of lists) {
      client.setQueryData<Pages>(queryKeys.threadList(list), (known) => {
        if (known === undefined) return known;
        if (changed === undefined || listOf(changed) !== list) return without(known, thread.id);
        return withThread(known, changed, (known.pages.at(-1)?.length ?? 0) < threadsPage);
      });
    }
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
    onSettled: async (_data, _error, { thread }) => {
      // With another change on its way the answer would be that of before it.
      if (client.isMutating({ mutationKey: queryKeys.threads }) > 1) return;
      await Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.threads }),
        client.invalidateQueries({ queryKey: queryKeys.thread(thread.id) }),
        client.invalidateQueries({ queryKey: ["search"] }),
      ]);
    },
  });
}
