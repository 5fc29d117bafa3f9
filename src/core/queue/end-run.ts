import { type Draft, leaveLine, makeReady, markOver } from "./draft.ts";
import { type JobRow, pausePlace } from "./tables.ts";

/** How a run ended: it resolved, it threw, or it threw because its work was to end. */
export type Outcome = "done" | "failed" | "cut short";

/** A run has ended. Nothing happens when the job is another worker's by now. */
export async function endRun(
  draft: Draft,
  { id, worker, outcome }: { readonly id: string; readonly worker: string; readonly outcome: Outcome },
): Promise<void> {
  const job = await draft.jobs.get(id);
  if (job === undefined || job.place !== worker) return;
  if (job.state === "ending") return leaveLine(draft, job);
  if (outcome === "cut short") return makeReady(draft, job);
  if (outcome === "failed" && job.attempt < job.attempts) return tryAgain(draft, job);
  await markOver(draft, job);
  await leaveLine(draft, job);
}

async function tryAgain(draft: Draft, job: JobRow): Promise<void> {
  const again = { ...job, attempt: job.attempt + 1 };
  if (job.backoff === null) return makeReady(draft, again);
  const { firstMs, maxMs } = job.backoff;
  const pauseMs = Math.min(maxMs, firstMs * 2 ** (job.attempt - 1));
  draft.jobs.put({ ...again, state: "pausing", place: pausePlace(job.queue), order: draft.now + pauseMs });
}
