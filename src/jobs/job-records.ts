import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { ModelSettings, Usage } from "../protocols/model.ts";
import type { Find, Store, StoreRecord, Where, Write } from "../protocols/store.ts";
import type { FilledTemplate, JobAt, JobCounts, JobRecord, JobState } from "./job.ts";

/** Where jobs are kept: a record each, for good, with the job's number as its id. */
const store = "jobs";

const states: readonly JobState[] = ["queued", "processing", "done", "error", "cancelled"];

export const isOver = ({ state }: Pick<JobRecord, "state">): boolean =>
  state !== "queued" && state !== "processing";

export async function createJobStore(on: Store): Promise<void> {
  await on.createStoreIfNotExists(
    store,
    {
      ...{ number: "int", thread_id: "str", title: "str", state: "str", model: "str", prompt: "str" },
      ...{ system_prompt: "str", instructions: "str", settings: "json", priority: "int" },
      ...{ attempt: "int", attempts: "int", timeout_ms: "int", turn_id: "str", message_id: "str" },
      ...{ result: "str", error_code: "str", usage: "json", submitted: "str", started: "str" },
      ...{ finished: "str", callback_url: "str", meta: "json", request_hash: "str", crashes: "int" },
      ...{ failed_turn: "str", key_id: "str", above: "str", unless_asked: "bool" },
      ...{ filled_from: "json" },
    },
    {
      indexes: [
        ["number"],
        ["state", "number"],
        ["thread_id", "number"],
        ["model", "number"],
        ["submitted"],
        ["state", "finished"],
      ],
    },
  );
}

/** Changes to a job; `null` clears a field. */
export type JobChanges = {
  readonly state?: JobState;
  readonly model?: string;
  readonly systemPrompt?: string;
  readonly attempt?: number;
  readonly turnId?: string;
  readonly messageId?: string;
  readonly result?: string | null;
  readonly errorCode?: string | null;
  readonly usage?: Usage;
  readonly started?: string;
  readonly finished?: string;
  readonly crashes?: number;
  readonly failedTurn?: string;
};

/** What is kept of a job beside what is told of it. */
export type KeptJob = JobRecord & {
  /** Of what it was made by, where that came with an idempotency key. */
  readonly requestHash?: string;
  /** How many workers died while they ran this attempt. */
  readonly crashes: number;
  /** The turn of the last attempt that failed: another answer to its message comes next. */
  readonly failedTurn?: string;
};

/** Adds a job unless it is there already. @returns the one that is there. */
export async function addJob(on: Store, job: KeptJob): Promise<KeptJob> {
  try {
    await on.add({ userId: job.userId, store }, rowOf(job), String(job.id));
    return job;
  } catch (error) {
    if (codeOf(error) !== "duplicate_record") throw error;
    return jobAt(on, job);
  }
}

export async function findJob(on: Store, { userId, id }: JobAt): Promise<KeptJob | undefined> {
  const record = await on.get({ userId, store, id: String(id) });
  return record && jobOf(record);
}

/** @throws `job_not_found`. */
export async function jobAt(on: Store, at: JobAt): Promise<KeptJob> {
  const found = await findJob(on, at);
  if (found) return found;
  throw new SkeletonError("job_not_found", `There is no job ${at.id}.`, {
    hint: "Check the number, or list the jobs.",
  });
}

/**
 * Changes a job as long as it is in one of these states.
 * @param also what is written with it: all of it or nothing.
 * @returns whether it was. @throws `job_not_found`.
 */
export async function changeJob(
  on: Store,
  { userId, id }: JobAt,
  changes: JobChanges,
  from: readonly JobState[] = ["queued", "processing"],
  also: readonly Write[] = [],
): Promise<boolean> {
  const at = { userId, store, id: String(id) };
  const where = { state: { $in: from } };
  try {
    if (also.length === 0) await on.update(at, columnsOf(changes), where);
    else await on.transaction([{ op: "update", at, changes: columnsOf(changes), where }, ...also]);
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict") return false;
    if (codeOf(error) === "record_not_found") await jobAt(on, { userId, id });
    throw error;
  }
}

export async function findJobs(
  on: Store,
  userId: string,
  where: Where,
  { orderBy = "number", limit }: Find,
): Promise<readonly JobRecord[]> {
  const find = { where, orderBy, descending: true, ...given({ limit }) };
  return (await on.find({ userId, store }, find)).map(jobOf);
}

export const countJobs = (on: Store, userId: string, where: Where): Promise<number> =>
  on.count({ userId, store }, where);

export async function countStates(on: Store, userId: string): Promise<JobCounts> {
  const counted = states.map(async (state) => [state, await countJobs(on, userId, { state })] as const);
  return Object.fromEntries(await Promise.all(counted)) as JobCounts;
}

function columnsOf({ systemPrompt, turnId, messageId, errorCode, usage, failedTurn, ...same }: JobChanges) {
  return given({
    ...same,
    ...{ system_prompt: systemPrompt, turn_id: turnId, message_id: messageId, error_code: errorCode },
    ...{ failed_turn: failedTurn, usage: usage as JsonObject | undefined },
  });
}

/** Of a new job: nothing has come of it yet. */
function rowOf(job: KeptJob): JsonObject {
  const { id, keyId, threadId, timeoutMs, created, callbackUrl, requestHash, systemPrompt, ...rest } = job;
  const { title, state, model, prompt, instructions, settings, priority, attempt, attempts, meta } = rest;
  const { above, unlessAsked, filledFrom } = rest;
  return given({
    ...{ title, state, model, prompt, instructions, priority, attempt, attempts, meta },
    ...{ number: id, thread_id: threadId, timeout_ms: timeoutMs, submitted: created },
    ...{ system_prompt: systemPrompt, settings: settings as JsonObject | undefined },
    ...{ callback_url: callbackUrl, request_hash: requestHash, key_id: keyId },
    ...{ above, unless_asked: unlessAsked, filled_from: filledFrom as JsonObject | undefined },
  });
}

function jobOf(record: StoreRecord): KeptJob {
  const text = (field: string) => (record[field] ?? undefined) as string | undefined;
  const object = <T>(field: string) => (record[field] ?? undefined) as T | undefined;
  return {
    id: record.number as number,
    userId: record.user_id,
    threadId: record.thread_id as string,
    state: record.state as JobState,
    model: record.model as string,
    prompt: record.prompt as string,
    systemPrompt: record.system_prompt as string,
    priority: record.priority as number,
    attempt: record.attempt as number,
    attempts: record.attempts as number,
    timeoutMs: record.timeout_ms as number,
    result: text("result") ?? null,
    created: record.submitted as string,
    started: text("started") ?? null,
    finished: text("finished") ?? null,
    crashes: (record.crashes as number | null) ?? 0,
    ...given({
      keyId: text("key_id"),
      title: text("title"),
      above: text("above"),
      unlessAsked: (record.unless_asked as boolean | null) ?? undefined,
      instructions: text("instructions"),
      filledFrom: object<FilledTemplate>("filled_from"),
      settings: object<ModelSettings>("settings"),
      turnId: text("turn_id"),
      messageId: text("message_id"),
      errorCode: text("error_code"),
      usage: object<Usage>("usage"),
      callbackUrl: text("callback_url"),
      meta: object<JsonObject>("meta"),
      requestHash: text("request_hash"),
      failedTurn: text("failed_turn"),
    }),
  };
}
