import Type from "typebox";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import type { conversations } from "./conversations.ts";
import { jobObject } from "./job-object.ts";
import { ConversationId, faults, JobObject, SaidMessage } from "./schemas.ts";

const tags = ["llamalith"];

/** Of keys: those that may do more look at it as well. */
export const reading = { scopes: ["jobs", "read"] } as const;

/** What was said. */
export function registerReading(
  surface: Server,
  { jobs }: HttpContext,
  chats: ReturnType<typeof conversations>,
): void {
  surface.get(
    "/status/:conversation_id",
    {
      config: reading,
      schema: {
        summary: "The last answer of a conversation",
        tags,
        params: ConversationId,
        response: { 200: Type.Object({ response: Type.Union([Type.String(), Type.Null()]) }), ...faults },
      },
    },
    async (request) => {
      const at = { userId: userIdOf(request), threadId: request.params.conversation_id };
      const said = await chats.messages(at);
      return { response: said.findLast(({ role }) => role === "assistant")?.content ?? null };
    },
  );

  surface.get(
    "/conversations/:conversation_id/messages",
    {
      config: reading,
      schema: {
        summary: "The messages of a conversation, oldest first",
        tags,
        params: ConversationId,
        response: { 200: Type.Object({ messages: Type.Array(SaidMessage) }), ...faults },
      },
    },
    async (request) => {
      const at = { userId: userIdOf(request), threadId: request.params.conversation_id };
      return { messages: await chats.messages(at) };
    },
  );

  const orNull = <Schema extends Type.TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
  const Latest = Type.Object({
    last_user: orNull(SaidMessage),
    last_assistant: orNull(SaidMessage),
    last_job: orNull(JobObject),
  });
  surface.get(
    "/conversations/:conversation_id/latest",
    {
      config: reading,
      schema: {
        summary: "The last question, answer and job of a conversation",
        tags,
        params: ConversationId,
        response: { 200: Latest, ...faults },
      },
    },
    async (request) => {
      const at = { userId: userIdOf(request), threadId: request.params.conversation_id };
      const [said, [job]] = await Promise.all([chats.messages(at), jobs.list(at, { ...at, limit: 1 })]);
      const last = (wanted: string) => said.findLast(({ role }) => role === wanted) ?? null;
      return {
        ...{ last_user: last("user"), last_assistant: last("assistant") },
        last_job: job === undefined ? null : jobObject(job),
      };
    },
  );
}
