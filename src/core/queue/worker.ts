import { codeOf } from "../../lib/errors.ts";
import { instanceId, isGoneAmongSeveral } from "../../lib/instance.ts";
import { createSilence } from "../../lib/silence.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { Store } from "../../protocols/store.ts";
import type { Ledger } from "./ledger.ts";
import { releaseWorker } from "./release-worker.ts";
import { type JobRow, owner, type WorkerRow } from "./tables.ts";
import { type Taken, takeJobs } from "./take-jobs.ts";

/** How often it is to be looked for dead workers, in ms. */
export const buryMs = 2_000;

/** A run under way. */
export type Run = {
  readonly job: JobRow;
  /** Aborts when the job is cancelled, the work ends, or the worker was taken for dead. */
  readonly stop: AbortController;
};

/**
 * This process among those that run jobs. It is on file from its first job on, as long as it shows signs of life; one
 * that does not is taken for dead, and others run what it ran.
 */
export type Worker = {
  /** What runs here, of all queues. A run is in it until it has ended. */
  readonly runs: Set<Run>;
  take(queue: string, count: number): Promise<Taken>;
  /** Shows that it lives. */
  signOfLife(): Promise<void>;
  /** Gives the jobs of dead workers back. @returns whether there were any dead. */
  buryDead(): Promise<boolean>;
  /** Aborts the runs whose jobs were cancelled by other processes. */
  stopCancelled(): Promise<void>;
  /** Goes off the file, when all runs have ended. */
  leave(): Promise<void>;
};

export function createWorker(host: Host, store: Store, ledger: Ledger): Worker {
  const place = { userId: owner, store: "queue_workers" };
  const runs = new Set<Run>();
  const silence = createSilence(buryMs);
  let id = instanceId(host.newId);
  let onFile = false;

  /** Somebody took this worker for dead: what it runs is others' by now, and it begins a new life. */
  function lose(lost: string): void {
    if (id !== lost) return;
    id = instanceId(host.newId);
    onFile = false;
    host.log.error({ worker: lost }, "queue: this process was silent for too long, and others run its jobs");
    for (const { job, stop } of runs) if (job.place === lost) stop.abort();
  }

  return {
    runs,
    async take(queue, count) {
      const worker = id;
      const taken = await ledger.change(async (draft) => {
        const row = await draft.workers.get(worker);
        if (row === undefined && onFile) return undefined;
        const found = await takeJobs(draft, { queue, worker, count });
        if (row === undefined && found.jobs.length > 0) draft.workers.put({ id: worker, seen: draft.now });
        return found;
      });
      if (taken === undefined) lose(worker);
      else if (id === worker && taken.jobs.length > 0) onFile = true;
      return taken ?? { jobs: [], nextWake: host.now().getTime() };
    },
    async signOfLife() {
      if (!onFile) return;
      const worker = id;
      try {
        await store.update({ ...place, id: worker }, { seen: host.now().getTime() });
      } catch (error) {
        if (codeOf(error) !== "record_not_found") throw error;
        lose(worker);
      }
    },
    async buryDead() {
      let found = false;
      const rows = (await store.find(place)) as unknown as readonly WorkerRow[];
      const isSilent = silence.look(rows.map(signOf));
      for (const row of rows) {
        if (!isGoneAmongSeveral(row.id, id, isSilent(signOf(row)))) continue;
        found = true;
        while (await ledger.change((draft) => releaseWorker(draft, row)));
      }
      return found;
    },
    async stopCancelled() {
      if (runs.size === 0) return;
      const where = { place: id, state: "ending" };
      const ending = new Set(
        (await store.find({ userId: owner, store: "queue_jobs" }, { where })).map((record) => record.id),
      );
      for (const { job, stop } of runs) if (ending.has(job.id)) stop.abort();
    },
    async leave() {
      if (!onFile) return;
      const worker = id;
      id = instanceId(host.newId);
      onFile = false;
      await store.delete({ ...place, id: worker }).catch((error: unknown) => {
        host.log.warn({ err: error }, "queue: this process stays on file until it is taken for dead");
      });
    },
  };
}

const signOf = ({ id, seen }: WorkerRow): string => `${id} ${seen}`;
