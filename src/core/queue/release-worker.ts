import { type Draft, leaveLine, makeReady } from "./draft.ts";
import type { WorkerRow } from "./tables.ts";

/** Jobs that are given back in one batch. */
const atOnce = 200;

/**
 * What a dead worker ran waits again, unless it has shown a sign of life since it was looked at.
 * @returns whether there may be more.
 */
export async function releaseWorker(draft: Draft, { id, seen }: WorkerRow): Promise<boolean> {
  const row = await draft.workers.get(id);
  if (row?.seen !== seen) return false;
  const jobs = await draft.jobs.find({ equal: { place: id }, orderBy: "order", limit: atOnce });
  for (const job of jobs) {
    if (job.state === "ending") await leaveLine(draft, job);
    else await makeReady(draft, job);
  }
  if (jobs.length === atOnce) return true;
  draft.workers.remove(row);
  return false;
}
