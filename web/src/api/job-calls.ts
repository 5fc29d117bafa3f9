import { callApi } from "./call-api.ts";
import type { JobEntry, JobGiven, JobPage, JobState, JobStats, RoleVersion } from "./wire.ts";

/** Apart from the other calls: what the page says of jobs is loaded when somebody looks at them. */

export type JobFilter = {
  readonly state?: JobState | undefined;
  readonly model?: string | undefined;
  readonly threadId?: string | undefined;
};

const jobPath = (id: number) => `/api/v1/jobs/${id}`;

/** Newest first. @param before the last one of the page before. */
export function getJobs(
  { state, model, threadId }: JobFilter,
  before: number | undefined,
  signal: AbortSignal,
): Promise<JobPage> {
  const query = new URLSearchParams({ limit: "50" });
  for (const [name, value] of Object.entries({ state, model, thread_id: threadId, before }))
    if (value !== undefined) query.set(name, String(value));
  return callApi<JobPage>(`/api/v1/jobs?${query}`, { signal });
}

export const getJobStats = (hours: number, signal: AbortSignal) =>
  callApi<JobStats>(`/api/v1/jobs/stats?hours=${hours}`, { signal });

/** @param key repeating a call with the same key hands in nothing twice. */
export const submitJob = (json: JobGiven, key: string) =>
  callApi<JobEntry>("/api/v1/jobs", { method: "POST", json, headers: { "idempotency-key": key } });
export const cancelJob = (id: number) => callApi<JobEntry>(`${jobPath(id)}/cancel`, { method: "POST" });
export const retryJob = (id: number, key: string) =>
  callApi<JobEntry>(`${jobPath(id)}/retry`, { method: "POST", headers: { "idempotency-key": key } });

/** The text of a prompt. */
export const getPromptText = (key: string) =>
  callApi<{ readonly content: string }>(`/api/v1/system_prompts/${encodeURIComponent(key)}`);

/** All that a role has said, newest first. */
export const getRoleVersions = (roleId: string) =>
  callApi<readonly RoleVersion[]>(`/api/v1/roles/${encodeURIComponent(roleId)}/versions`);

export const jobEventsPath = (id: number) => `${jobPath(id)}/events`;
