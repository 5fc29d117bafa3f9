import { codeOf } from "../../lib/errors.ts";
import type { Store } from "../../protocols/store.ts";
import { type JobRow, owner, type State, stateAt, type TableName } from "./tables.ts";

/*
 * How many jobs wait is asked at every look at the metrics, of every process; a database needs a second to count a million.
 * So the state of the queue says it, once somebody has counted, and every change moves it on.
 */

const states: readonly JobRow["state"][] = ["ready", "held", "pausing"];

const waits = (job: JobRow | undefined): job is JobRow => job !== undefined && states.includes(job.state);

/** What the state says once these jobs are changed. */
export function countedOn(
  before: State,
  jobs: readonly (readonly [before: JobRow | undefined, after: JobRow | undefined])[],
): Pick<State, "waiting" | "counted"> {
  const counts = countsOf(before);
  const add = (job: JobRow | undefined, by: number) => {
    const known = waits(job) ? counts.get(job.queue) : undefined;
    if (waits(job) && known !== undefined) counts.set(job.queue, known + by);
  };
  for (const [was, is] of jobs) {
    add(was, -1);
    add(is, 1);
  }
  return { waiting: Object.fromEntries(counts), counted: before.version + 1 };
}

/** What is known of it; nothing after a change that did not count. */
const countsOf = ({ version, counted, waiting }: State): Map<string, number> =>
  new Map(counted === version ? Object.entries(waiting ?? {}) : []);

/**
 * @param readState the queue's state as it is.
 * @returns a function that tells how many jobs of a queue wait. The first time it counts, whatever the state says: an import
 * may have brought jobs and a state that do not fit.
 */
export function waitingCounter(store: Store, readState: () => Promise<State>) {
  const looked = new Set<string>();
  return async (queue: string): Promise<number> => {
    const state = await readState();
    const counts = countsOf(state);
    const known = counts.get(queue);
    if (known !== undefined && looked.has(queue)) return known;
    looked.add(queue);
    const count = await store.count(
      { userId: owner, store: "queue_jobs" satisfies TableName },
      { queue, state: { $in: states } },
    );
    if (count !== known) await keep(store, state, counts.set(queue, count));
    return count;
  };
}

/** Writes down what was counted, unless something has changed meanwhile: then it is counted again the next time. */
async function keep(store: Store, { version }: State, counts: ReadonlyMap<string, number>): Promise<void> {
  const next = version + 1;
  try {
    const changes = { version: next, counted: next, waiting: Object.fromEntries(counts) };
    await store.update(stateAt, changes, { version });
  } catch (error) {
    if (!["conflict", "record_not_found"].includes(codeOf(error))) throw error; // without a record nothing was ever sent
  }
}
