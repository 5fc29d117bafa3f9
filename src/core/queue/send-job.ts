import { type Draft, makeReady } from "./draft.ts";
import { idOf, type JobRow } from "./tables.ts";

/** How long a key is remembered after its job is over, in ms. */
export const rememberedMs = 24 * 60 * 60 * 1000;

/** A job as it was sent, checked. */
export type NewJob = Pick<
  JobRow,
  "user" | "queue" | "payload" | "priority" | "attempts" | "backoff" | "line"
> & { readonly idempotencyKey: string | undefined };

/** @returns the job's id, or that of the one that has its key. */
export async function sendJob(draft: Draft, { idempotencyKey, ...sent }: NewJob): Promise<number> {
  const key = idempotencyKey === undefined ? null : idOf(sent.user, idempotencyKey);
  if (key !== null) {
    const known = await draft.keys.get(key);
    if (known !== undefined && (known.over === null || known.over + rememberedMs >= draft.now))
      return known.job;
  }
  const number = draft.nextJob();
  if (key !== null) draft.keys.put({ id: key, job: number, over: null });
  const job: JobRow = {
    ...sent,
    id: String(number),
    number,
    attempt: 1,
    state: "held",
    place: null,
    order: null,
    key,
  };
  const before =
    job.line === null
      ? []
      : await draft.jobs.find({ equal: { line: job.line }, orderBy: "number", limit: 1 });
  if (before.length > 0) draft.jobs.put(job);
  else await makeReady(draft, job);
  return number;
}
