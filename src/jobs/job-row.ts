import { wireTime } from "../lib/thread-rows.ts";
import type { JobRecord } from "./job.ts";

/** A job as it is told elsewhere: over HTTP, and to whoever waits for its end. */
export function jobRow(job: JobRecord) {
  const { id, threadId, state, model, prompt, systemPrompt, instructions, settings, priority } = job;
  const { attempt, attempts, timeoutMs, turnId, messageId, result, errorCode, usage } = job;
  const { created, started, finished, callbackUrl, meta } = job;
  return {
    ...{ id, thread_id: threadId, state, model, prompt, system_prompt: systemPrompt },
    ...{ instructions: instructions ?? null, settings: settings ?? null, priority },
    ...{ attempt, attempts, timeout_ms: timeoutMs, turn_id: turnId ?? null, message_id: messageId ?? null },
    result,
    error: errorCode === undefined ? null : { code: errorCode, message: result ?? "" },
    usage: usage ?? null,
    created_at: wireTime(created),
    started_at: started && wireTime(started),
    finished_at: finished && wireTime(finished),
    ...{ callback_url: callbackUrl ?? null, meta: meta ?? null },
  };
}
