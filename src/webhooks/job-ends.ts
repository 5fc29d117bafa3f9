import type { JobRecord } from "../jobs/job.ts";
import { jobRow } from "../jobs/job-row.ts";
import type { AtEnd } from "../jobs/run-job.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Happening, Webhooks } from "./create-webhooks.ts";

/** The messages that tell of a job's end are written with it, so that neither can be without the other. */
export const tellJobEnds = ({ stepsFor, wake }: Pick<Webhooks, "stepsFor" | "wake">): AtEnd => ({
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
