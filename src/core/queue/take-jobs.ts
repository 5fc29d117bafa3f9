import { type Draft, leaveLane, makeReady } from "./draft.ts";
import { type JobRow, rankOf } from "./tables.ts";

/** Pauses that are ended at once; the rest follows with the next look. */
const wokenAtOnce = 100;

export type Taken = {
  readonly jobs: readonly JobRow[];
  /** When the next pause is over, in ms. */
  readonly nextWake: number | undefined;
};

/**
 * Gives jobs of a queue to a worker, at most `count`. Each lookup is one in an index: its cost does not grow with the
 * jobs that wait.
 */
export async function takeJobs(
  draft: Draft,
  { queue, worker, count }: { readonly queue: string; readonly worker: string; readonly count: number },
): Promise<Taken> {
  await endPauses(draft, queue);
  const jobs: JobRow[] = [];
  while (jobs.length < count) {
    const [lane] = await draft.lanes.find({ equal: { queue }, orderBy: "rank", limit: 1 });
    if (lane === undefined) break;
    const [job] = await draft.jobs.find({ equal: { lane: lane.id }, orderBy: "number", limit: 1 });
    if (job === undefined) {
      draft.lanes.remove(lane); // never made by us; an import from elsewhere may bring one
      continue;
    }
    const running: JobRow = { ...job, state: "running", lane: null, worker };
    draft.lanes.put({ ...lane, rank: rankOf(lane.priority, draft.nextTurn()) });
    await leaveLane(draft, job, running);
    jobs.push(running);
  }
  const [next] = await draft.jobs.find({
    equal: { queue },
    upTo: { field: "wakes", most: Number.MAX_SAFE_INTEGER },
    orderBy: "wakes",
    limit: 1,
  });
  return { jobs, nextWake: next?.wakes ?? undefined };
}

async function endPauses(draft: Draft, queue: string): Promise<void> {
  const over = await draft.jobs.find({
    equal: { queue },
    upTo: { field: "wakes", most: draft.now },
    orderBy: "wakes",
    limit: wokenAtOnce,
  });
  for (const job of over) await makeReady(draft, job);
}
