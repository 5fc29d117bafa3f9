import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { JsonObject } from "../protocols/json.ts";
import type { Job, Place, Queue, SendOptions } from "../protocols/queue.ts";

/**
 * `open` gives a fresh queue. `reopen` gives the same jobs as a new process finds them after the queue's own was killed:
 * no `shutdown`, and the leases have run out. Without it the tests of what survives are skipped.
 */
export type Opening = {
  readonly open: () => Promise<Queue>;
  readonly reopen?: ((queue: Queue) => Promise<Queue>) | undefined;
};

/** A run under way. It ends when it is told to, or, unless its worker is deaf, when its signal aborts. */
export type Run = {
  readonly job: Job;
  readonly signal: AbortSignal;
  readonly place: Place;
  finish(): void;
  fail(): void;
};

export type Worker = {
  /** The run that begins next, in the order in which they began. */
  next(): Promise<Run>;
  /** Every run that has begun. */
  readonly began: readonly Run[];
  /** Aborts the work. @returns what `work` returns. */
  stop(): Promise<void>;
};

export type Bench = {
  readonly queue: Queue;
  /** Works on a queue until the test ends. Defaults: the queue `tasks`, one run at a time, runs that listen. */
  readonly work: (options?: {
    readonly on?: Queue;
    readonly name?: string;
    readonly concurrency?: number;
    readonly deaf?: boolean;
  }) => Worker;
  readonly context: TestContext;
};

export const ann = "ann";
export const bob = "bob";

/** A test with a queue of its own; whatever still works is stopped afterwards. */
export function queueTest(open: Opening["open"], title: string, body: (bench: Bench) => Promise<void>): void {
  // A queue that forgets a job would keep its test waiting for ever.
  test(title, { timeout: 60_000 }, async (context) => {
    const queue = await open();
    const workers: Worker[] = [];
    try {
      await body({
        queue,
        context,
        work: ({ on = queue, name = "tasks", concurrency = 1, deaf = false } = {}) => {
          const worker = workOn(on, name, concurrency, deaf);
          workers.push(worker);
          return worker;
        },
      });
    } finally {
      for (const worker of workers) {
        for (const run of worker.began) run.finish();
        await worker.stop();
      }
      await queue.shutdown?.();
    }
  });
}

function workOn(queue: Queue, name: string, concurrency: number, deaf: boolean): Worker {
  const began: Run[] = [];
  const stopping = new AbortController();
  let taken = 0;
  let arrived = Promise.withResolvers<void>();
  const work = queue.work(
    name,
    { concurrency },
    (job, signal, place) => {
      assert.ok(place);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (!deaf) signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      began.push({ job, signal, place, finish: resolve, fail: () => reject(new Error("the run failed")) });
      arrived.resolve();
      arrived = Promise.withResolvers<void>();
      return promise;
    },
    stopping.signal,
  );
  const early = work.then(() => assert.fail("`work` ended although its signal has not aborted"));
  early.catch(() => undefined); // told to whoever waits for the next run, and by `stop`
  return {
    began,
    async next() {
      while (taken >= began.length) await Promise.race([arrived.promise, early]);
      taken += 1;
      const run = began[taken - 1];
      assert.ok(run);
      return run;
    },
    stop() {
      stopping.abort();
      return work;
    },
  };
}

/** Sends a job that is told apart by its `title`. */
export const send = (queue: Queue, userId: string, title: string, options?: SendOptions): Promise<number> =>
  queue.send({
    userId,
    queue: "tasks",
    payload: { title },
    ...(options !== undefined && { options }),
  });

export const titleOf = ({ job }: Run): string => String(job.payload.title);

/** Lets this many runs begin one after another, each done before the next. @returns them in order. */
export async function take(worker: Worker, count: number): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let n = 0; n < count; n += 1) {
    const run = await worker.next();
    run.finish();
    runs.push(run);
  }
  return runs;
}

/** Resolves once the signal has aborted. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/**
 * Gives a queue the chance to do what it must not do, by round trips through it. A wrong one may get away when it is
 * slow, a right one is never blamed: what can be told from the order of runs is told from that.
 */
export async function tempt(queue: Queue): Promise<void> {
  const payload: JsonObject = {};
  for (let n = 0; n < 5; n += 1) {
    await queue.send({ userId: "nobody", queue: "elsewhere", payload });
    await setImmediate();
  }
}
