import type { QueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/query-keys.ts";
import { reload } from "../api/when-idle.ts";

/** Scripts hand in jobs by the hundred: twice a second is live enough. */
const gatherMs = 500;

const waiting = new WeakSet<QueryClient>();

/** Has the lists of jobs loaded again that somebody looks at, soon and once for all that has happened by then. */
export function refreshJobs(client: QueryClient): void {
  if (waiting.has(client)) return;
  waiting.add(client);
  setTimeout(() => {
    waiting.delete(client);
    void reload(client, queryKeys.jobs);
  }, gatherMs);
}
