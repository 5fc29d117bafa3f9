import { given } from "../lib/given.ts";
import { wireTime } from "../lib/thread-rows.ts";
import type { FilledTemplate, JobRecord } from "./job.ts";

export type JobRow = ReturnType<typeof jobRow>;

/** A job as it goes over the wire. */
export function jobRow(job: JobRecord) {
  const { id, state, model, prompt, priority, attempt, attempts, result, errorCode } = job;
  return {
    ...{ id, thread_id: job.threadId, state, model, prompt, system_prompt: job.systemPrompt },
    instructions: job.instructions ?? null,
    template: job.filledFrom === undefined ? null : templateRow(job.filledFrom),
    settings: job.settings ?? null,
    ...{ priority, attempt, attempts, timeout_ms: job.timeoutMs },
    ...{ turn_id: job.turnId ?? null, message_id: job.messageId ?? null },
    result,
    error: errorCode === undefined ? null : { code: errorCode, message: result ?? "" },
    usage: job.usage ?? null,
    created_at: wireTime(job.created),
    started_at: job.started && wireTime(job.started),
    finished_at: job.finished && wireTime(job.finished),
    ...{ callback_url: job.callbackUrl ?? null, meta: job.meta ?? null },
  };
}

const templateRow = ({ roleId, version, variables }: FilledTemplate) => ({
  ...{ role_id: roleId, version },
  ...given({ variables }),
});
