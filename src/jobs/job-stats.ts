import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { JobRecord, JobSpan, JobStats } from "./job.ts";
import { countJobs, countStates, findJobs } from "./job-records.ts";

/** Of how many jobs a mean is made at most: enough for a chart. */
const sample = 50;

/** As `Jobs.stats`. Everything but the means is counted along indexes. */
export async function jobStats(
  host: Host,
  store: Store,
  userId: string,
  { hours, spans: count = 24 }: { readonly hours: number; readonly spans?: number },
): Promise<JobStats> {
  const now = host.now().getTime();
  const spanMs = (hours * 3_600_000) / count;
  const time = (index: number) => new Date(now - (count - index) * spanMs).toISOString();
  const { queued, processing } = await countStates(store, userId);
  const counted = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Omit<JobSpan, "depth">> => {
      const last = index === count - 1; // what came while this is counted belongs to it
      const during = last ? { $gte: time(index) } : { $gte: time(index), $lt: time(index + 1) };
      const ended = (state: "done" | "error" | "cancelled") =>
        countJobs(store, userId, { state, finished: during });
      const [submitted, done, error, cancelled, jobs] = await Promise.all([
        countJobs(store, userId, { submitted: during }),
        ...([ended("done"), ended("error"), ended("cancelled")] as const),
        findJobs(store, userId, { state: "done", finished: during }, { orderBy: "finished", limit: sample }),
      ]);
      const at = time(index);
      return { at, submitted, done, error, cancelled, waitMs: mean(jobs, waited), runMs: mean(jobs, ran) };
    }),
  );
  // Backwards from what there is now.
  const spans: JobSpan[] = [];
  let depth = queued + processing;
  for (const span of counted.toReversed()) {
    spans.unshift({ ...span, depth });
    depth = Math.max(0, depth - span.submitted + span.done + span.error + span.cancelled);
  }
  return { spanMs, spans };
}

const ms = (time: string | null): number => Date.parse(time ?? "");
const waited = ({ created, started }: JobRecord): number => Math.max(0, ms(started) - ms(created));
const ran = ({ started, finished }: JobRecord): number => Math.max(0, ms(finished) - ms(started));

function mean(jobs: readonly JobRecord[], of: (job: JobRecord) => number): number | null {
  if (jobs.length === 0) return null;
  return Math.round(jobs.reduce((sum, job) => sum + of(job), 0) / jobs.length);
}
