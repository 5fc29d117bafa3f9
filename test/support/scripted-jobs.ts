import { createJobs } from "../../src/jobs/create-jobs.ts";
import type { JobRecord, JobRequest } from "../../src/jobs/job.ts";
import { type KeptJobs, memoryQueue } from "../../src/testkit/memory-queue.ts";
import { testClock } from "../../src/testkit/test-host.ts";
import { open, type Script, userId } from "./scripted-turns.ts";

/** Works that were begun and not ended; those of a killed server never end, and are taken out. */
export const works: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];

/** For `afterEach`, before `closeAll`. */
export async function endWork(): Promise<void> {
  for (const { stop } of works) stop.abort();
  await Promise.all(works.splice(0).map(({ ended }) => ended));
}

/** Jobs on scripted turns and the reference queue; a clock that the test moves pauses and resumes what waits. */
export async function openJobs(
  script: Script,
  options: Parameters<typeof open>[1] & { kept?: KeptJobs } = {},
) {
  const { kept = { lastId: 0, jobs: new Map() }, now = testClock().now, ...rest } = options;
  const queue = memoryQueue({ now, kept });
  const app = await open(script, {
    ...rest,
    now,
    plugins: [{ role: "queue", name: "reference", create: () => queue }],
  });
  const jobs = await createJobs(app.host, app.turns);
  return {
    ...{ ...app, jobs, kept, queue },
    work(concurrency = 1) {
      const stop = new AbortController();
      const ended = jobs.work({ concurrency }, stop.signal);
      works.push({ stop, ended });
      return { stop: () => stop.abort(), ended };
    },
    submit: (request: Partial<JobRequest> = {}) => jobs.submit({ userId, prompt: "Hi", ...request }),
    /** The job once it fits; every state on the way is looked at. */
    async until(id: number, fits: (job: JobRecord) => boolean): Promise<JobRecord> {
      for await (const job of jobs.watch({ userId, id }, AbortSignal.timeout(10_000)))
        if (fits(job)) return job;
      throw new Error(`job ${id} never came to that: ${JSON.stringify(await jobs.get({ userId, id }))}`);
    },
  };
}

export const over = ({ state }: JobRecord): boolean => state !== "queued" && state !== "processing";
