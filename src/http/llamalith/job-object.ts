import type { JobRecord, JobState } from "../../jobs/job.ts";

type Status = "queued" | "processing" | "done" | "error";

/** Clients of this surface wait for one of two ends. */
const statusOf = (state: JobState): Status => (state === "cancelled" ? "error" : state);

/** The states that are told as a status; none for one that nobody knows. */
export function statesOf(status: string): readonly JobState[] {
  if (status === "error") return ["error", "cancelled"];
  return status === "queued" || status === "processing" || status === "done" ? [status] : [];
}

/** What this surface keeps with a job: the system prompt as it was sent, which may not be the one that is used. */
export const metaOf = (systemPrompt: string) => ({ system_prompt: systemPrompt });

export function jobObject(job: JobRecord) {
  const { id, threadId, prompt, model, instructions, state, result, created, finished, meta } = job;
  const sent = meta?.system_prompt;
  const isEnd = state === "done" || state === "error";
  return {
    ...{ id, conversation_id: threadId, user_input: prompt, model },
    system_prompt: typeof sent === "string" ? sent : (instructions ?? ""),
    status: statusOf(state),
    result: state === "cancelled" ? "Cancelled" : isEnd ? result : null,
    created_at: created.slice(0, 19).replace("T", " "),
    processed_at: finished?.replace(/(\.\d{3})Z$/, "$1000") ?? null,
  };
}
