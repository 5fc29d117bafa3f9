import type { Store, Write } from "../../protocols/store.ts";
import { countedOn } from "./count-waiting.ts";
import { type DraftTable, draftTable } from "./draft-table.ts";
import {
  idOf,
  type JobRow,
  type KeyRow,
  type LaneRow,
  rankOf,
  type State,
  stateAt,
  type WorkerRow,
} from "./tables.ts";

/** The queue as a batch of changes makes it; nothing is written before all of them are known. */
export type Draft = {
  readonly now: number;
  readonly jobs: DraftTable<JobRow>;
  readonly lanes: DraftTable<LaneRow>;
  readonly workers: DraftTable<WorkerRow>;
  readonly keys: DraftTable<KeyRow>;
  nextJob(): number;
  /** Behind everybody who waits for a turn. */
  nextTurn(): number;
  /** What has to be written; the first step makes sure that nobody else has written since. Empty when nothing has. */
  steps(): readonly Write[];
  /** The state once the steps are written. */
  after(): State;
};

export function openDraft(store: Store, before: State, now: number): Draft {
  const tables = {
    jobs: draftTable<JobRow>(store, "queue_jobs"),
    lanes: draftTable<LaneRow>(store, "queue_lanes"),
    workers: draftTable<WorkerRow>(store, "queue_workers"),
    keys: draftTable<KeyRow>(store, "queue_keys"),
  };
  let { last_job: lastJob, last_turn: lastTurn } = before;
  const after = (): State => ({
    ...{ version: before.version + 1, last_job: lastJob, last_turn: lastTurn },
    ...countedOn(before, tables.jobs.changes()),
  });
  return {
    ...tables,
    now,
    nextJob() {
      lastJob += 1;
      return lastJob;
    },
    nextTurn() {
      lastTurn += 1;
      return lastTurn;
    },
    steps() {
      const steps = Object.values(tables).flatMap((table) => table.steps());
      if (steps.length === 0) return [];
      const { version } = before;
      const { id, ...place } = stateAt;
      const own: Write =
        version === 0
          ? { op: "add", in: place, id, data: after() }
          : { op: "update", at: stateAt, changes: after(), where: { version } };
      return [own, ...steps];
    },
    after,
  };
}

/** A job that waits may begin: it is in its lane, which stands in the line of those who wait for a turn. */
export async function makeReady(draft: Draft, job: JobRow): Promise<void> {
  const { queue, user, priority } = job;
  const lane = idOf(queue, priority, user);
  draft.jobs.put({ ...job, state: "ready", place: lane, order: job.number });
  if ((await draft.lanes.get(lane)) === undefined)
    draft.lanes.put({ id: lane, queue, user, priority, rank: rankOf(priority, draft.nextTurn()) });
}

/** Takes a job out of its lane; a lane that nobody stands in is gone. */
export async function leaveLane(draft: Draft, job: JobRow, changed: JobRow | undefined): Promise<void> {
  if (changed === undefined) draft.jobs.remove(job);
  else draft.jobs.put(changed);
  const lane = job.place === null ? undefined : await draft.lanes.get(job.place);
  if (lane === undefined) return;
  const left = await draft.jobs.find({ equal: { place: lane.id }, orderBy: "order", limit: 1 });
  if (left.length === 0) draft.lanes.remove(lane);
}

/** A job is over: its key is remembered for a day from now. */
export async function markOver(draft: Draft, job: JobRow): Promise<void> {
  const key = job.key === null ? undefined : await draft.keys.get(job.key);
  if (key !== undefined) draft.keys.put({ ...key, over: draft.now });
}

/** Nothing is left of a job that was at the head of its line: the next one may begin. */
export async function leaveLine(draft: Draft, job: JobRow): Promise<void> {
  draft.jobs.remove(job);
  if (job.line === null) return;
  const [next] = await draft.jobs.find({ equal: { line: job.line }, orderBy: "number", limit: 1 });
  if (next?.state === "held") await makeReady(draft, next);
}
