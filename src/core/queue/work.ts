import { within } from "../../lib/time-limit.ts";
import type { JsonObject } from "../../protocols/json.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { Job, Place } from "../../protocols/queue.ts";
import type { Bell } from "./bell.ts";
import { endRun, type Outcome } from "./end-run.ts";
import type { Ledger } from "./ledger.ts";
import type { JobRow } from "./tables.ts";
import type { Run, Worker } from "./worker.ts";

/** How long one waits before it asks a store again that failed, in ms. */
const afterTroubleMs = 500;
/** How long an end is tried to be written down when the work is over, in ms. After that the lease has to run out. */
const lastTriesMs = 1_000;
/** Places that are lent at once, at most: what waits is kept in memory. */
const mostLent = 100;
/** The longest that one sleeps before the end of a pause; longer ones are looked at again. */
const mostMs = 60_000;

export type Working = {
  readonly queue: string;
  readonly concurrency: number;
  readonly run: (job: Job, signal: AbortSignal, place?: Place) => Promise<void>;
  /** Ends the work. */
  readonly signal: AbortSignal;
};

/** Runs jobs until the signal aborts, and resolves when their ends are written down. */
export async function workUntil(
  { host, ledger, worker, bell }: { host: Host; ledger: Ledger; worker: Worker; bell: Bell },
  { queue, concurrency, run, signal }: Working,
): Promise<void> {
  /** Runs that have not ended, and ends that are not written down. */
  const own = new Set<Run>();
  /** Those of them that only wait. */
  const lent = new Set<Run>();
  const open = new Set<Promise<void>>();

  const onAbort = () => {
    for (const { stop } of own) stop.abort(signal.reason);
    bell.ring();
  };
  signal.addEventListener("abort", onAbort);

  async function settle(job: JobRow, outcome: Outcome): Promise<void> {
    let giveUpAt = Number.POSITIVE_INFINITY;
    for (;;) {
      try {
        await ledger.change((draft) => endRun(draft, { id: job.id, worker: job.place ?? "", outcome }));
        return;
      } catch (error) {
        host.log.error({ job: job.number, err: error }, "queue: the end of a job could not be written down");
        if (signal.aborted) giveUpAt = Math.min(giveUpAt, performance.now() + lastTriesMs);
        if (performance.now() >= giveUpAt) return; // it runs again when this worker is taken for dead
        await new Promise((resolve) => setTimeout(resolve, afterTroubleMs));
      } finally {
        bell.ring();
      }
    }
  }

  async function execute(job: JobRow): Promise<void> {
    const current: Run = { job, stop: new AbortController() };
    own.add(current);
    worker.runs.add(current);
    const outcome = await outcomeOf(current);
    own.delete(current);
    lent.delete(current);
    worker.runs.delete(current);
    const settled = settle(job, outcome); // before others are woken: who looks for a job next finds it written down
    bell.ring();
    await settled;
  }

  const placeOf = (current: Run): Place => ({
    lend() {
      if (!own.has(current) || lent.size >= mostLent) return () => {};
      lent.add(current);
      bell.ring();
      return () => void lent.delete(current);
    },
  });

  async function outcomeOf(current: Run): Promise<Outcome> {
    const { job, stop } = current;
    const { number: id, user: userId, attempt } = job;
    try {
      const payload = JSON.parse(job.payload) as JsonObject;
      await run({ id, userId, queue, attempt, payload }, stop.signal, placeOf(current));
      return "done";
    } catch {
      return signal.aborted ? "cut short" : "failed";
    }
  }

  function follow(ending: Promise<void>): void {
    const one: Promise<void> = ending.finally(() => open.delete(one));
    open.add(one);
  }

  /** @returns how long nothing can come by itself, in ms. */
  async function takeUp(room: number): Promise<number> {
    try {
      const { jobs, nextWake } = await worker.take(queue, room);
      for (const job of jobs) follow(signal.aborted ? settle(job, "cut short") : execute(job));
      if (jobs.length === room) return 0;
      return nextWake === undefined ? mostMs : Math.min(mostMs, Math.max(1, nextWake - host.now().getTime()));
    } catch (error) {
      host.log.error({ queue, err: error }, "queue: looking for jobs failed, and is tried again");
      return afterTroubleMs;
    }
  }

  while (!signal.aborted) {
    const heard = bell.next(); // before it looks: what comes meanwhile is heard
    const room = concurrency - own.size + lent.size;
    const quietMs = room > 0 ? await takeUp(room) : mostMs;
    if (quietMs > 0 && !signal.aborted) await within(quietMs, heard, undefined);
  }
  signal.removeEventListener("abort", onAbort);
  while (open.size > 0) await Promise.all(open);
}
