import type { JobAt, JobRecord } from "./job.ts";
import { isOver } from "./job-records.ts";

/** How often a job that is watched is looked at where nothing is heard of it: another process may run it. In ms. */
const lookAgainMs = 1_000;

/** Whoever watches jobs, and what wakes them. */
export type JobWatchers = {
  /** Something has become of this job. */
  changed(id: number): void;
  /** As `Jobs.watch`. */
  watch(at: JobAt, signal: AbortSignal): AsyncGenerator<JobRecord, void>;
};

/** @param read the job as it stands. */
export function jobWatchers(read: (at: JobAt) => Promise<JobRecord>): JobWatchers {
  const waiting = new Map<number, Set<() => void>>();

  function change(id: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakers = waiting.get(id) ?? new Set();
    waiting.set(id, wakers.add(resolve));
    const timer = setTimeout(resolve, lookAgainMs);
    const wake = () => resolve();
    signal.addEventListener("abort", wake, { once: true });
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      wakers.delete(resolve);
      if (wakers.size === 0) waiting.delete(id);
    });
  }

  return {
    changed(id) {
      for (const wake of waiting.get(id) ?? []) wake();
    },
    async *watch(at, signal) {
      let told = "";
      while (!signal.aborted) {
        const changed = change(at.id, signal); // before it is read, so that nothing falls in between
        const job = await read(at);
        const text = JSON.stringify(job);
        if (text !== told) yield job;
        told = text;
        if (isOver(job)) return;
        await changed;
      }
    },
  };
}
