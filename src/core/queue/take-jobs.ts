import { type Draft, leaveLane, makeReady } from "./draft.ts";
import { type JobRow, pausePlace, rankOf } from "./tables.ts";

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
    const [job] = await draft.jobs.find({ equal: { place: lane.id }, orderBy: "order", limit: 1 });
    if (job === undefined) {
      draft.lanes.remove(lane); // never made by us; an import from elsewhere may bring one
      continue;
    }
    const running: JobRow = { ...job, state: "running", place: worker };
    draft.lanes.put({ ...lane, rank: rankOf(lane.priority, draft.nextTurn()) });
    await leaveLane(draft, job, running);
    jobs.push(running);
  }
  const [next] = await draft.jobs.find({
    equal: { place: pausePlace(queue) },
    orderBy: "order",
    limit: 1,
  });
  return { jobs, nextWake: next?.order ?? undefined };
}

async function endPauses(draft: Draft, queue: string): Promise<void> {
  const over = await draft.jobs.find({
    equal: { place: pausePlace(queue) },
    upTo: { field: "order", most: draft.now },
    orderBy: "order",
    limit: wokenAtOnce,
  });
  for (const job of over) await makeReady(draft, job);
}
