import type { FastifyRequest } from "fastify";
import type { Static } from "typebox";
import type { JobRequest } from "../../jobs/job.ts";
import { jobRow } from "../../jobs/job-row.ts";
import { SkeletonError } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { JsonObject } from "../../protocols/json.ts";
import type { ModelSettings } from "../../protocols/model.ts";
import { eventStream } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { callerOf, sessionOf, userIdOf } from "../guard.ts";
import { bareFrame, sendEvents } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { jobEvents } from "./job-events.ts";
import { jobPage } from "./job-page.ts";
import {
  JobBatch,
  JobGiven,
  JobId,
  JobList,
  JobListQuery,
  JobRow,
  JobRows,
  JobStatsQuery,
  JobStatsRow,
} from "./job-schemas.ts";
import { failures, IdempotencyHeaders } from "./schemas.ts";

const reading = { config: { access: "user", scopes: ["jobs", "read"], limit: "jobs" } } as const;
const writing = { config: { access: "user", scopes: ["jobs"], limit: "jobs" } } as const;
const tags = ["jobs"];

/** Turns that nobody watches: taken at once, answered when a worker is free. */
export function registerJobs(server: Server, context: HttpContext): void {
  const { jobs } = context;
  const at = (request: FastifyRequest<{ Params: Static<typeof JobId> }>) => ({
    userId: userIdOf(request),
    id: request.params.job_id,
  });

  server.post(
    "/api/v1/jobs",
    {
      ...writing,
      schema: {
        summary: "Have something answered later",
        description:
          "202 as soon as the job is safe; ask for it by its `id`, or watch it. With an `Idempotency-Key` a call can be repeated.",
        tags,
        headers: IdempotencyHeaders,
        body: JobGiven,
        response: { 202: JobRow, ...failures },
      },
    },
    async (request, reply) =>
      reply.code(202).send(jobRow(await jobs.submit(requestOf(request, request.body, keyOf(request))))),
  );

  server.post(
    "/api/v1/jobs/batch",
    {
      ...writing,
      schema: {
        summary: "Have several things answered later, in this order where they name the same thread",
        description:
          "All are looked at before any is taken. With an `Idempotency-Key` a call that broke can be repeated.",
        tags,
        headers: IdempotencyHeaders,
        body: JobBatch,
        response: { 202: JobRows, ...failures },
      },
    },
    async (request, reply) => {
      const key = keyOf(request);
      const requests = request.body.jobs.map((job, index) =>
        // No header can hold the arrow: the key of a single job is never taken for that of one of a batch.
        requestOf(request, job, key === undefined ? undefined : `${key}→${index}`),
      );
      return reply.code(202).send({ jobs: (await jobs.submitAll(requests)).map(jobRow) });
    },
  );

  server.get(
    "/api/v1/jobs",
    {
      ...reading,
      schema: {
        summary: "Your jobs, newest first, and how many there are of each state",
        description: "Fewer than `limit` where they are long: `has_more` says whether to read on.",
        tags,
        querystring: JobListQuery,
        response: { 200: JobList, ...failures },
      },
    },
    async (request) => {
      const { state, thread_id: threadId, model, limit = 50, before } = request.query;
      const of = { userId: userIdOf(request) };
      const [{ found, more }, counts] = await Promise.all([
        jobPage(jobs, of, { ...given({ state, threadId, model, before }), limit }),
        jobs.counts(of),
      ]);
      return { jobs: found.map(jobRow), has_more: more, counts };
    },
  );

  server.get(
    "/api/v1/jobs/stats",
    {
      ...reading,
      schema: {
        summary: "How many jobs came, ended and waited, and how long they took: for a chart",
        tags,
        querystring: JobStatsQuery,
        response: { 200: JobStatsRow, ...failures },
      },
    },
    async (request) => {
      const { hours = 24, spans = 24 } = request.query;
      const stats = await jobs.stats({ userId: userIdOf(request) }, { hours, spans });
      const rows = stats.spans.map(({ waitMs, runMs, ...span }) => ({
        ...{ ...span, wait_ms: waitMs, run_ms: runMs },
      }));
      return { span_ms: stats.spanMs, spans: rows };
    },
  );

  server.get(
    "/api/v1/jobs/:job_id",
    {
      ...reading,
      schema: { summary: "How a job stands", tags, params: JobId, response: { 200: JobRow, ...failures } },
    },
    async (request) => jobRow(await jobs.get(at(request))),
  );

  server.post(
    "/api/v1/jobs/:job_id/cancel",
    {
      ...writing,
      schema: {
        summary: "Cancel a job: it never runs, or stops soon; one that is over stays as it is",
        tags,
        params: JobId,
        response: { 200: JobRow, ...failures },
      },
    },
    async (request) => jobRow(await jobs.cancel(at(request))),
  );

  server.post(
    "/api/v1/jobs/:job_id/retry",
    {
      ...writing,
      schema: {
        summary: "A new job of the same request, in the same thread; 409 while the old one is not over",
        tags,
        headers: IdempotencyHeaders,
        params: JobId,
        response: { 202: JobRow, ...failures },
      },
    },
    async (request, reply) => {
      const again = await jobs.retry(
        at(request),
        given({ idempotencyKey: keyOf(request), keyId: callerOf(request).keyId }),
      );
      return reply.code(202).send(jobRow(again));
    },
  );

  server.get(
    "/api/v1/jobs/:job_id/events",
    {
      ...reading,
      schema: {
        summary: "Watch a job",
        description:
          'Server-sent events: `{"event":"job","data":…}` with the whole job now and at each change, and between them those of ' +
          "its turn as it runs. Ends once the job is over. A reader that comes back hears it from the beginning.",
        tags,
        params: JobId,
        response: { 200: eventStream, ...failures },
      },
    },
    async (request, reply) => {
      const open = (signal: AbortSignal) => jobEvents(context, at(request), signal);
      return sendEvents(context, request, reply, open, { frame: bareFrame, comments: true });
    },
  );
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers["idempotency-key"];
  return typeof key === "string" ? key : undefined;
}

/** @throws `forbidden` for a priority that would push others back. */
function requestOf(
  request: FastifyRequest,
  job: Static<typeof JobGiven>,
  idempotencyKey: string | undefined,
): JobRequest {
  const { prompt, title, model, instructions, priority = 0, attempts } = job;
  if (priority > 0 && sessionOf(request).user.role !== "admin") {
    throw new SkeletonError("forbidden", "Only admins may put a job before those of others.", {
      hint: "Leave `priority` out, or give one below 0 to let others go first.",
    });
  }
  return {
    ...{ ...callerOf(request), prompt },
    ...given({ title, model, instructions, priority: priority || undefined, attempts, idempotencyKey }),
    ...given({ template: job.template && templateOf(job.template) }),
    ...given({ threadId: job.thread_id, systemPrompt: job.system_prompt || undefined }),
    ...given({ timeoutMs: job.timeout_ms, callbackUrl: job.callback_url }),
    ...given({
      settings: job.settings as ModelSettings | undefined,
      meta: job.meta as JsonObject | undefined,
    }),
  };
}

const templateOf = ({ role_id, version, variables }: NonNullable<Static<typeof JobGiven>["template"]>) => ({
  roleId: role_id,
  ...given({ version, variables: variables as JsonObject | undefined }),
});
