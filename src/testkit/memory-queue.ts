import { SkeletonError } from "../lib/errors.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Job, Place, Queue, SendOptions } from "../protocols/queue.ts";
import { checkedJson } from "./store-rules.ts";

/** How long a job that is over is remembered, for its idempotency key. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** A job as it is kept: nothing but data. */
type KeptJob = {
  readonly userId: string;
  readonly queue: string;
  /** JSON text, so that neither the sender nor a run can change what the next run gets. */
  readonly payload: string;
  readonly options: SendOptions;
  attempt: number;
  state: "waiting" | "running" | "over";
  /** Waits for the pause before its next try to be over. */
  pausing?: boolean;
  /** Milliseconds of the clock; set when the job is over. */
  overAt?: number;
};

/** What outlives a process: the jobs by id, and the id that was given out last. */
export type KeptJobs = { lastId: number; readonly jobs: Map<number, KeptJob> };

type Entry = readonly [id: number, job: KeptJob];

/**
 * The whole queue contract in memory, written to be obviously right rather than fast: the reference that the suite
 * runs on, and the queue of other parts' tests.
 * @param kept what an earlier process left behind, that is `structuredClone` of the object it was given. Its running
 *   jobs have lost their worker and wait again, and its pauses are over. Default: nothing, and nothing survives.
 */
export function memoryQueue({
  now,
  kept = { lastId: 0, jobs: new Map() },
}: {
  readonly now: () => Date;
  readonly kept?: KeptJobs;
}): Queue {
  const { jobs } = kept;
  for (const job of jobs.values()) {
    if (job.state === "running") job.state = "waiting";
    job.pausing = false;
  }

  /** Runs that have not ended; a cancelled job's is among them although the job is over. */
  const runs = new Map<number, AbortController>();
  const works = new Set<Promise<void>>();
  const closing = new AbortController();
  /** By queue and user: when this user last had a turn. */
  const turns = new Map<string, number>();
  let turn = 0;

  let change = Promise.withResolvers<void>();
  /** Wakes every `work`, to look again. */
  const changed = () => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };

  const turnOf = ({ queue, userId }: KeptJob) => turns.get(JSON.stringify([queue, userId])) ?? 0;
  const finish = (job: KeptJob) => {
    job.state = "over";
    job.overAt = now().getTime();
  };

  const held = ([id, job]: Entry) =>
    job.options.orderKey !== undefined &&
    [...jobs].some(
      ([otherId, other]) =>
        otherId < id &&
        other.userId === job.userId &&
        other.queue === job.queue &&
        other.options.orderKey === job.options.orderKey &&
        (other.state !== "over" || runs.has(otherId)),
    );

  /** Timers of the pauses. */
  const pauses = new Set<NodeJS.Timeout>();
  const pause = (job: KeptJob, { firstMs, maxMs }: NonNullable<SendOptions["backoff"]>) => {
    job.pausing = true;
    const timer = setTimeout(
      () => {
        pauses.delete(timer);
        job.pausing = false;
        changed();
      },
      Math.min(maxMs, firstMs * 2 ** (job.attempt - 2)),
    );
    pauses.add(timer);
  };

  /** Marks the job that is to begin next as running. */
  const take = (queue: string): Entry | undefined => {
    const [first] = [...jobs]
      .filter(([, job]) => job.queue === queue && job.state === "waiting" && job.pausing !== true)
      .filter((entry) => !held(entry))
      .sort(
        ([id, job], [otherId, other]) =>
          (other.options.priority ?? 0) - (job.options.priority ?? 0) ||
          turnOf(job) - turnOf(other) ||
          id - otherId,
      );
    if (first === undefined) return undefined;
    first[1].state = "running";
    turn += 1;
    turns.set(JSON.stringify([queue, first[1].userId]), turn);
    return first;
  };

  const execute = async (
    [id, job]: Entry,
    run: (job: Job, signal: AbortSignal, place?: Place) => Promise<void>,
    ended: AbortSignal,
    place: Place,
  ) => {
    const stop = new AbortController();
    runs.set(id, stop);
    const { userId, queue, attempt } = job;
    const payload = JSON.parse(job.payload) as JsonObject;
    try {
      await run({ id, userId, queue, payload, attempt }, AbortSignal.any([stop.signal, ended]), place);
      if (job.state === "running") finish(job);
    } catch {
      if (job.state !== "running") return; // cancelled
      if (ended.aborted) job.state = "waiting";
      else if (attempt >= (job.options.attempts ?? 1)) finish(job);
      else {
        job.attempt += 1;
        job.state = "waiting";
        if (job.options.backoff !== undefined) pause(job, job.options.backoff);
      }
    } finally {
      runs.delete(id);
    }
  };

  const workUntil = async (
    ended: AbortSignal,
    queue: string,
    concurrency: number,
    run: (job: Job, signal: AbortSignal, place?: Place) => Promise<void>,
  ) => {
    const own = new Set<Promise<void>>();
    const lent = new Set<number>();
    const placeOf = (id: number): Place => ({
      lend() {
        lent.add(id);
        changed();
        return () => void lent.delete(id);
      },
    });
    ended.addEventListener("abort", changed);
    while (!ended.aborted) {
      const entry = own.size - lent.size < concurrency ? take(queue) : undefined;
      if (entry === undefined) await change.promise;
      else {
        const one: Promise<void> = execute(entry, run, ended, placeOf(entry[0])).finally(() => {
          lent.delete(entry[0]);
          own.delete(one); // before `changed`: whoever wakes is to find the room
          changed();
        });
        own.add(one);
      }
    }
    ended.removeEventListener("abort", changed);
    await Promise.all(own);
  };

  const open = () => {
    if (closing.signal.aborted)
      throw new SkeletonError("shutting_down", "The queue is closed.", { hint: "Start the server again." });
  };

  return {
    async send({ userId, queue, payload, options = {} }) {
      open();
      const text = checked(userId, queue, payload, options);
      const { idempotencyKey: key } = options;
      for (const [id, { overAt }] of jobs)
        if (overAt !== undefined && overAt + REMEMBERED_MS < now().getTime()) jobs.delete(id);
      if (key !== undefined)
        for (const [id, job] of jobs)
          if (job.userId === userId && job.options.idempotencyKey === key) return id;
      kept.lastId += 1;
      jobs.set(kept.lastId, {
        userId,
        queue,
        payload: text,
        options: { ...options },
        attempt: 1,
        state: "waiting",
      });
      changed();
      return kept.lastId;
    },
    async work(queue, { concurrency }, run, signal) {
      open();
      checkName("queue", queue);
      checkInteger("concurrency", concurrency, 1);
      const work = workUntil(AbortSignal.any([signal, closing.signal]), queue, concurrency, run);
      works.add(work);
      await work;
      works.delete(work);
    },
    waiting: async (queue) =>
      [...jobs.values()].filter((job) => job.queue === queue && job.state === "waiting").length,
    async cancel({ userId, id }) {
      open();
      const job = jobs.get(id);
      if (job === undefined || job.userId !== userId || job.state === "over") return false;
      finish(job);
      runs.get(id)?.abort();
      changed();
      return true;
    },
    async shutdown() {
      closing.abort();
      for (const timer of pauses) clearTimeout(timer);
      await Promise.all(works);
    },
  };
}

/** @returns the payload as JSON text. @throws `bad_input`. */
function checked(userId: string, queue: string, payload: JsonObject, options: SendOptions): string {
  checkName("userId", userId);
  checkName("queue", queue);
  if (options.orderKey !== undefined) checkName("orderKey", options.orderKey);
  if (options.idempotencyKey !== undefined) checkName("idempotencyKey", options.idempotencyKey);
  if (options.priority !== undefined) checkInteger("priority", options.priority, -(2 ** 31));
  if (options.attempts !== undefined) checkInteger("attempts", options.attempts, 1);
  if (options.backoff !== undefined) {
    checkInteger("firstMs", options.backoff.firstMs, 1);
    checkInteger("maxMs", options.backoff.maxMs, options.backoff.firstMs);
  }
  if (typeof payload !== "object" || payload === null || Array.isArray(payload))
    throw badInput("A payload is an object.");
  try {
    return checkedJson(payload);
  } catch (error) {
    throw badInput("The payload cannot be said in JSON.", error);
  }
}

function checkName(what: string, value: string): void {
  if (typeof value !== "string" || value === "" || value.length > 200)
    throw badInput(`\`${what}\` is no text of 1 to 200 characters.`);
}

function checkInteger(what: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value >= 2 ** 31)
    throw badInput(`\`${what}\` is no integer from ${least} on.`);
}

function badInput(message: string, cause?: unknown): SkeletonError {
  return new SkeletonError("bad_input", message, {
    hint: "See src/protocols/queue.ts for what is allowed.",
    cause,
  });
}
