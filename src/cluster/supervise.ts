import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../protocols/plugin.ts";
import { watchWorker } from "./watch-worker.ts";
import type { Exit, WorkerProcess } from "./worker-process.ts";

export type Supervision<Ready> = {
  readonly count: number;
  readonly log: Logger;
  /** Starts the worker of this number, from 1 on. `first` is what the first of all told when it was ready. */
  start(number: number, first?: Ready): WorkerProcess<Ready>;
  /** All are ready for the first time. */
  begun(first: Ready): void;
  readonly sleep?: (ms: number) => Promise<unknown>;
  readonly now?: () => number;
};

/** Who lived for so long was well, and is replaced at once. */
const wellMs = 30_000;
const shortestPauseMs = 100;
const longestPauseMs = 10_000;
/** Stopping takes ten seconds at most; the rest is for what stands around this. */
const stopMs = 9_000;

/**
 * Keeps so many workers running until it is told to stop: one that ends is replaced, after a pause when it had not lived
 * for long, and one that serves and then answers no more is ended. The first one starts alone, so that what is made once
 * (secrets, tables) is there for the others.
 * @returns the exit code: 0 after a stop. A start that fails ends all, with its code: of any worker at first, later when
 * none is left that serves.
 */
export async function supervise<Ready>(
  { count, log, start, begun, sleep = pause, now = () => performance.now() }: Supervision<Ready>,
  told: Promise<void>,
): Promise<number> {
  const alive = new Set<WorkerProcess<Ready>>();
  const serving = new Set<WorkerProcess<Ready>>();
  const over = Promise.withResolvers<number>();
  let ended = false;
  const end = (exitCode: number) => {
    ended = true;
    over.resolve(exitCode);
  };
  void told.then(() => end(0));

  function run(number: number, first?: Ready): WorkerProcess<Ready> {
    const worker = start(number, first);
    alive.add(worker);
    void worker.exited.then(() => {
      alive.delete(worker);
      serving.delete(worker);
    });
    return worker;
  }

  /** @returns what it told, or how it ended before. */
  async function begin(
    number: number,
    worker: WorkerProcess<Ready>,
  ): Promise<{ readonly ready: Ready } | { readonly exit: Exit }> {
    const found = await Promise.race([
      worker.ready.then((ready) => ({ ready })),
      worker.exited.then((exit) => ({ exit })),
    ]);
    if ("ready" in found && alive.has(worker)) {
      serving.add(worker);
      watchWorker(worker, number, log);
    }
    return found;
  }

  function replace(number: number, exit: Exit, livedMs: number, quick: number): Promise<unknown> {
    const pauseMs = quick === 0 ? 0 : Math.min(shortestPauseMs * 2 ** (quick - 1), longestPauseMs);
    const fields = { worker: number, ...exit, livedMs: Math.round(livedMs), pauseMs };
    log.warn(fields, "a worker has ended, and another takes its place");
    return sleep(pauseMs);
  }

  async function keep(number: number, worker: WorkerProcess<Ready>, first: Ready): Promise<void> {
    let [living, since, quick] = [worker, now(), 0];
    for (;;) {
      const exit = await living.exited;
      if (ended) return;
      const livedMs = now() - since;
      quick = livedMs < wellMs ? quick + 1 : 0;
      await replace(number, exit, livedMs, quick);
      if (ended) return;
      living = run(number, first);
      since = now();
      const found = await begin(number, living);
      if ("exit" in found && serving.size === 0) end(codeOf(found.exit));
    }
  }

  async function beginAll(): Promise<void> {
    const one = run(1);
    const first = await begin(1, one);
    if ("exit" in first) return end(codeOf(first.exit));
    const workers = [one, ...Array.from({ length: count - 1 }, (_, index) => run(index + 2, first.ready))];
    for (const [index, worker] of workers.slice(1).entries()) {
      const found = await begin(index + 2, worker);
      if ("exit" in found) return end(codeOf(found.exit));
    }
    if (ended) return;
    begun(first.ready);
    for (const [index, worker] of workers.entries()) void keep(index + 1, worker, first.ready);
  }

  void beginAll();
  const code = await over.promise;
  const last = [...alive];
  for (const worker of last) worker.stop();
  const late = setTimeout(() => {
    for (const worker of alive) worker.kill();
  }, stopMs);
  await Promise.all(last.map(({ exited }) => exited));
  clearTimeout(late);
  return code;
}

const codeOf = ({ code }: Exit): number => code || 1; // also for one that a signal ended, or that ended as if all was well

const pause = (ms: number): Promise<unknown> => wait(ms, undefined, { ref: false });
