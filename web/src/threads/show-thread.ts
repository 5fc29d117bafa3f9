import type { QueryClient } from "@tanstack/react-query";
import type { ThreadList } from "../api/calls.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { ThreadEntry } from "../api/wire.ts";
import { listOf, type Pages, without, withThread } from "./thread-lists.ts";

const lists: readonly ThreadList[] = ["pinned", "recent", "archived"];

/** Shows a thread as it is now in the one list that it stands in; `undefined` in none: it is gone. */
export function showThread(client: QueryClient, threadId: string, thread: ThreadEntry | undefined): void {
  for (const list of lists) {
    const queryKey = queryKeys.threadList(list);
    const known = client.getQueryData<Pages>(queryKey);
    const stands = thread !== undefined && listOf(thread) === list;
    const changed = known && (stands ? withThread(known, thread) : without(known, threadId));
    if (changed !== undefined) client.setQueryData(queryKey, changed);
    else void client.invalidateQueries({ queryKey });
  }
}
