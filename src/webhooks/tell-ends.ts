import type { JobRecord } from "../jobs/job.ts";
import { jobRow } from "../jobs/job-row.ts";
import type { AtEnd } from "../jobs/run-job.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { AtTurnEnd } from "../turns/release-turn.ts";
import type { Happening, Webhooks } from "./create-webhooks.ts";

/** Events that are told here, with the write that they are about, and so not from the log of the account. */
export const toldAtOnce: ReadonlySet<string> = new Set(["job_ended", "turn_ended"]);

type Teller = Pick<Webhooks, "stepsFor" | "wake">;

/** The messages that tell of a turn's end are written with it, so that neither can be without the other. */
export const tellTurnEnds = ({ stepsFor, wake }: Teller, now: () => Date): AtTurnEnd => ({
  steps({ userId, threadId, turnId, state }) {
    const timestamp = now().toISOString();
    const data = { thread_id: threadId, timestamp, turn_id: turnId, state };
    return stepsFor({ userId, event: "turn_ended", timestamp, data });
  },
  written: wake,
});

/** The same of a job's end. */
export const tellJobEnds = ({ stepsFor, wake }: Teller): AtEnd => ({
  steps: (job) => stepsFor(happeningOf(job)),
  written: wake,
});

function happeningOf(job: JobRecord): Happening {
  const { id, userId, threadId, state, finished, created, callbackUrl } = job;
  const timestamp = finished ?? created;
  const data = { job_id: id, thread_id: threadId, state, timestamp, job: jobRow(job) as JsonObject };
  const happening = { userId, event: "job_ended", timestamp, data };
  return callbackUrl === undefined ? happening : { ...happening, callbackUrl };
}
