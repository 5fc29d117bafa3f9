import Type from "typebox";
import { given } from "../../lib/given.ts";
import type { HttpContext } from "../context.ts";
import { callerOf, userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import type { conversations } from "./conversations.ts";
import { jobObject, statesOf } from "./job-object.ts";
import { reading } from "./read.ts";
import {
  ConversationId,
  faults,
  JobNumber,
  JobObject,
  JobsQuery,
  NewJob,
  Queued,
  Reply,
  Submitted,
} from "./schemas.ts";
import { jobTaker } from "./take-job.ts";

const tags = ["llamalith"];

/** A negative limit of this surface. */
const all = 1_000_000;

/** Work to be done and to be looked at. */
export function registerJobs(
  surface: Server,
  { host, jobs }: HttpContext,
  chats: ReturnType<typeof conversations>,
): void {
  const take = jobTaker(host, jobs, chats);

  surface.post(
    "/submit",
    { schema: { summary: "Queue a prompt", tags, body: Submitted, response: { 200: Queued, ...faults } } },
    async (request, reply) => {
      const {
        user_input: content,
        session_id: conversationId,
        model,
        system_prompt: systemPrompt,
      } = request.body;
      if (content.trim() === "") return reply.code(400).send({ error: "user_input is required" });
      const how = { conversationId, model, systemPrompt, unlessAsked: true };
      return take({ ...callerOf(request), content, ...how });
    },
  );

  surface.post(
    "/jobs",
    {
      schema: {
        summary: "Queue a prompt, in a new conversation or in one of a name",
        tags,
        body: NewJob,
        response: { 200: Queued, ...faults },
      },
    },
    async (request, reply) => {
      const { content, system_prompt: systemPrompt, model, conversation_id: conversationId } = request.body;
      const { assistant_context: assistantContext, grammar_name: grammarName } = request.body;
      const prompt = (content ?? "").trim();
      if (prompt === "" && (systemPrompt ?? "").trim() === "")
        return reply.code(400).send({ error: "content or system_prompt is required" });
      const how = { systemPrompt, model, conversationId, assistantContext, grammarName };
      const callbackUrl = request.body.callback_url;
      return take({ ...callerOf(request), content: prompt, callbackUrl, ...how });
    },
  );

  surface.post(
    "/conversations/:conversation_id/reply",
    {
      schema: {
        summary: "Queue a prompt in a conversation",
        tags,
        params: ConversationId,
        body: Reply,
        response: { 200: Queued, ...faults },
      },
    },
    async (request, reply) => {
      const {
        content,
        model,
        system_prompt: systemPrompt,
        assistant_context: assistantContext,
      } = request.body;
      if (content.trim() === "") return reply.code(400).send({ error: "content is required" });
      const { conversation_id: conversationId } = request.params;
      const { grammar_name: grammarName, callback_url: callbackUrl } = request.body;
      const how = { model, systemPrompt, assistantContext, grammarName, callbackUrl };
      return take({ ...callerOf(request), conversationId, content, ...how });
    },
  );

  surface.get(
    "/jobs",
    {
      config: reading,
      schema: {
        summary: "Jobs, newest first",
        tags,
        querystring: JobsQuery,
        response: { 200: Type.Object({ jobs: Type.Array(JobObject) }), ...faults },
      },
    },
    async (request) => {
      const { status, conversation_id: threadId, limit: wanted = 100 } = request.query;
      const userId = userIdOf(request);
      const limit = wanted < 0 ? all : wanted;
      if (limit === 0) return { jobs: [] };
      const states = status ? statesOf(status) : [undefined];
      const lists = states.map((state) =>
        jobs.list({ userId }, { limit, ...given({ state, threadId: threadId || undefined }) }),
      );
      const found = (await Promise.all(lists)).flat().toSorted((one, other) => other.id - one.id);
      return { jobs: found.slice(0, limit).map(jobObject) };
    },
  );

  surface.get(
    "/jobs/:job_id",
    {
      config: reading,
      schema: { summary: "A job", tags, params: JobNumber, response: { 200: JobObject, ...faults } },
    },
    async (request) =>
      jobObject(await jobs.get({ userId: userIdOf(request), id: Number(request.params.job_id) })),
  );
}
