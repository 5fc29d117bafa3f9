import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { JobNews } from "../protocols/account-event.ts";
import type { Host } from "../protocols/plugin.ts";
import { announce } from "../turns/account-log.ts";
import type { Turns } from "../turns/create-turns.ts";
import type { JobRecord, JobRequest, Jobs } from "./job.ts";
import { changeJob, countStates, createJobStore, findJobs, isOver, jobAt } from "./job-records.ts";
import { jobStats } from "./job-stats.ts";
import { type AtEnd, type JobObserver, type Runner, runJob } from "./run-job.ts";
import { queueName, submitJobs } from "./submit-jobs.ts";
import { jobWatchers } from "./watch-jobs.ts";

const uncounted: JobObserver = { began() {}, left() {}, ended() {} };
const nothingMore: AtEnd = { steps: async () => [], written() {} };

/** Turns that nobody watches, on the queue and the store. */
export async function createJobs(
  host: Host,
  turns: Turns,
  observer: JobObserver = uncounted,
  atEnd: AtEnd = nothingMore,
): Promise<Jobs> {
  const [store, queue, bus] = await Promise.all([host.get("store"), host.get("queue"), host.get("bus")]);
  await createJobStore(store);
  const watchers = jobWatchers((at) => jobAt(store, at));

  const tell: Runner["tell"] = ({ id, userId, threadId, state }, event) => {
    const now = host.now();
    const data: JobNews = { job_id: id, thread_id: threadId, state, timestamp: now.toISOString() };
    announce(bus, userId, now, { event, data });
    watchers.changed(id);
  };

  /** Of a job that nobody runs at the moment; a turn that goes on after its server died may be here. */
  function stopTurn(at: { readonly userId: string; readonly turnId: string }): void {
    host.background("stop a cancelled job's turn", async () => {
      await turns.stop(at).catch((error: unknown) => {
        if (codeOf(error) !== "turn_not_found") throw error;
      });
    });
  }

  const runner: Runner = { host, store, turns, observer, atEnd, tell, changed: watchers.changed };

  async function submitAll(requests: readonly JobRequest[]): Promise<readonly JobRecord[]> {
    const taken = await submitJobs({ host, store, queue }, requests);
    for (const { job, isNew } of taken) if (isNew) tell(job, "job_queued");
    return taken.map(({ job }) => job);
  }

  const submit = async (request: JobRequest): Promise<JobRecord> =>
    (await submitAll([request]))[0] as JobRecord;

  return {
    submit,
    submitAll,
    get: (at) => jobAt(store, at),
    list({ userId }, { state, threadId, model, limit = 50, before } = {}) {
      const number = before === undefined ? undefined : { $lt: before };
      return findJobs(store, userId, given({ state, thread_id: threadId, model, number }), { limit });
    },
    counts: ({ userId }) => countStates(store, userId),
    waiting: async () => queue.waiting?.(queueName),
    stats: ({ userId }, window) => jobStats(host, store, userId, window),
    async cancel(at) {
      const job = await jobAt(store, at);
      if (isOver(job)) return job;
      const finished = host.now().toISOString();
      const end = { state: "cancelled", result: null, errorCode: null, finished } as const;
      const { errorCode: _, ...open } = job;
      const also = await atEnd.steps({ ...open, state: "cancelled", result: null, finished });
      if (await changeJob(store, at, end, undefined, also)) {
        await queue.cancel(at); // wherever it runs, its run is told and stops its turn
        if (job.turnId !== undefined) stopTurn({ ...at, turnId: job.turnId });
        observer.ended("cancelled", (Date.parse(finished) - Date.parse(job.created)) / 1000);
        tell({ ...job, state: "cancelled" }, "job_ended");
        atEnd.written();
      }
      return jobAt(store, at);
    },
    async retry(at, options = {}) {
      const job = await jobAt(store, at);
      if (!isOver(job)) throw stillOpen(job);
      return submit({ ...requestOf(job), ...given(options) });
    },
    watch: watchers.watch,
    work: ({ concurrency }, signal) =>
      queue.work(
        queueName,
        { concurrency },
        (sent, own, place) => runJob(runner, { sent, place }, own),
        signal,
      ),
  };
}

/** What made a job, for another one. */
function requestOf(job: JobRecord): JobRequest {
  const { userId, prompt, threadId, title, model, systemPrompt, instructions, settings } = job;
  const { priority, attempts, timeoutMs, callbackUrl, meta, above, unlessAsked, filledFrom } = job;
  return {
    ...{ userId, prompt, threadId, priority, attempts, timeoutMs },
    ...given({ model: model || undefined, systemPrompt: systemPrompt || undefined }),
    ...given({ title, instructions, filledFrom, above, unlessAsked, settings, callbackUrl, meta }),
  };
}

const stillOpen = ({ id, state }: JobRecord) =>
  new SkeletonError("conflict", `Job ${id} is ${state}: there is nothing to repeat yet.`, {
    hint: "Wait for its end, or cancel it first.",
  });
