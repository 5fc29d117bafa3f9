import { randomUUID } from "node:crypto";
import pino from "pino";
import type { JobFilter, JobRequest, JobState, Jobs } from "../jobs/job.ts";
import { type JobRow, jobRow } from "../jobs/job-row.ts";
import { given } from "../lib/given.ts";
import { userFor } from "./ask-user.ts";
import { configurationFor } from "./configuration.ts";
import type { LoadMain } from "./main-module.ts";
import { serverCall } from "./on-server.ts";
import { type ServerFlags, serverAccess } from "./server-access.ts";

export type NewJob = Omit<JobRequest, "userId" | "idempotencyKey">;

/** A user's jobs, on a running server or in the data folder. Each method throws what went wrong. */
export type JobsAccess = {
  submit(job: NewJob): Promise<JobRow>;
  show(id: number): Promise<JobRow>;
  list(filter: JobFilter): Promise<readonly JobRow[]>;
  cancel(id: number): Promise<JobRow>;
  retry(id: number): Promise<JobRow>;
  close(): Promise<void>;
};

/** On the server that flags and environment name; without one, here. */
export async function jobsAccess(
  flags: ServerFlags & { readonly config?: string },
  main: LoadMain,
): Promise<JobsAccess> {
  const { access, user } = await serverAccess(flags);
  return access === undefined ? jobsHere(flags, user, main) : jobsThere(access);
}

const path = "/api/v1/jobs";

async function jobsThere(access: Parameters<typeof serverCall>[0]): Promise<JobsAccess> {
  const call = await serverCall(access);
  /** The key makes it one job, however often it has to be sent. */
  const post = (at: string, json: object = {}) =>
    call(at, { method: "POST", json, headers: { "idempotency-key": randomUUID() } }) as Promise<JobRow>;
  return {
    submit: ({ threadId, systemPrompt, timeoutMs, callbackUrl, ...same }) =>
      post(path, {
        ...same,
        ...given({ thread_id: threadId, system_prompt: systemPrompt, timeout_ms: timeoutMs }),
        ...given({ callback_url: callbackUrl }),
      }),
    show: (id) => call(`${path}/${id}`, {}) as Promise<JobRow>,
    async list({ state, threadId, model, limit, before }) {
      const query = new URLSearchParams(
        Object.entries(given({ state, thread_id: threadId, model, limit, before })).map(([name, value]) => [
          name,
          String(value),
        ]),
      );
      const { jobs } = (await call(`${path}?${query}`, {})) as { readonly jobs: readonly JobRow[] };
      return jobs;
    },
    cancel: (id) => post(`${path}/${id}/cancel`),
    retry: (id) => post(`${path}/${id}/retry`),
    async close() {},
  };
}

async function jobsHere(
  { config: configFile }: { readonly config?: string },
  user: string | undefined,
  main: LoadMain,
): Promise<JobsAccess> {
  const { config } = await configurationFor(configFile === undefined ? {} : { configFile });
  const { startApp } = await main();
  const app = await startApp(config, pino({ level: "silent" }));
  try {
    const userId = await userFor(config, app.host.resolved().auth?.file === undefined, user);
    return { ...access(app.jobs, userId), close: () => app.close() };
  } catch (error) {
    await app.close();
    throw error;
  }
}

const access = (jobs: Jobs, userId: string): Omit<JobsAccess, "close"> => ({
  submit: async (job) => jobRow(await jobs.submit({ userId, ...job })),
  show: async (id) => jobRow(await jobs.get({ userId, id })),
  list: async (filter) => (await jobs.list({ userId }, filter)).map(jobRow),
  cancel: async (id) => jobRow(await jobs.cancel({ userId, id })),
  retry: async (id) => jobRow(await jobs.retry({ userId, id })),
});

export const jobStates: readonly JobState[] = ["queued", "processing", "done", "error", "cancelled"];
