import type { FastifyReply, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { codeOf } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { PlanMode } from "../../protocols/plan.ts";
import type { TurnRequest } from "../../protocols/turn-request.ts";
import { errorEvent } from "../../turns/run-turn.ts";
import { eventStream } from "../answers.ts";
import { checkContent } from "../check-content.ts";
import type { HttpContext } from "../context.ts";
import { callerOf } from "../guard.ts";
import { bareFrame, sendEvents, wantsJson } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { readPlanMode, readSettings } from "./form-fields.ts";
import { closed, failures, IdempotencyHeaders, MessageId, PlanModeRow } from "./schemas.ts";
import { StartedTurn } from "./turn-schemas.ts";

const Voice = {
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  system_prompt: Type.Optional(Type.String({ maxLength: 1000, description: "Key of a system prompt." })),
};
const Choice = {
  ...Voice,
  plan_mode: Type.Optional(
    Type.Union([PlanModeRow, Type.Null()], {
      description: "For this answer, in place of the thread's own; null: no plan.",
    }),
  ),
};

/** As a turn is begun with it. */
const choiceOf = ({ model, system_prompt, plan_mode }: Static<Type.TObject<typeof Choice>>) =>
  given({
    model,
    systemPrompt: system_prompt,
    planMode: plan_mode && (given(plan_mode) as PlanMode),
  });

const tags = ["messages"];
const route = { config: { access: "user", scopes: ["chat"], limit: "message" } } as const;
const description =
  "Answers with the turn's events as a stream. With `Accept: application/json` it answers 202 as soon as the message " +
  "is safe, and the turn goes on by itself.";

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What a route knows of a turn to begin; whose it is comes from the token. */
type Begin = Without<TurnRequest, "userId" | "idempotencyKey">;

/** What begins a turn: a message, a message said differently, another answer, the rest of one. */
export function registerMessages(server: Server, context: HttpContext): void {
  const { turns } = context;

  /** Begins the turn and tells it the way the caller wants to hear it. */
  async function answer(request: FastifyRequest, reply: FastifyReply, begin: Begin): Promise<unknown> {
    const caller = callerOf(request);
    const key = request.headers["idempotency-key"];
    const { threadId, turnId, messageId } = await turns.start({
      ...begin,
      ...caller,
      ...given({ idempotencyKey: typeof key === "string" ? key : undefined }),
    });
    if (wantsJson(request)) {
      return reply.code(202).send({ thread_id: threadId, turn_id: turnId, message_id: messageId });
    }
    return sendEvents(
      context,
      request,
      reply,
      (signal) => turns.read({ userId: caller.userId, turnId }, undefined, signal),
      {
        frame: bareFrame,
        comments: false,
      },
    );
  }

  server.post(
    "/api/v1/message",
    {
      ...route,
      schema: {
        summary: "Say something",
        description,
        tags,
        consumes: ["multipart/form-data", "application/x-www-form-urlencoded"],
        headers: IdempotencyHeaders,
        body: Type.Object(
          {
            content: Type.String(),
            thread_id: Type.Optional(Type.String({ description: "Absent or empty: a new thread." })),
            model: Type.Optional(Type.String({ maxLength: 200 })),
            system_prompt: Voice.system_prompt,
            settings: Type.Optional(
              Type.String({
                maxLength: 1000,
                description: "How to generate in a new thread, as JSON; like the `settings` of a thread.",
              }),
            ),
            plan_mode: Type.Optional(
              Type.String({
                maxLength: 1000,
                description:
                  "As JSON, like the `plan_mode` of a thread: a new thread keeps it, elsewhere it is for this answer. `null`: " +
                  "no plan.",
              }),
            ),
            parent_id: Type.Optional(
              Type.String({ description: "The last entry the writer saw: 409 when there is more by now." }),
            ),
          },
          closed,
        ),
        response: { 200: eventStream, 202: StartedTurn, ...failures },
      },
    },
    async (request, reply) => {
      const { content, thread_id, model, system_prompt, settings, plan_mode, parent_id } = request.body;
      checkContent(content);
      try {
        return await answer(request, reply, {
          kind: "message",
          content,
          ...given({
            threadId: thread_id || undefined, // a form sends an empty field where it means none
            model: model || undefined,
            systemPrompt: system_prompt || undefined,
            settings: settings ? readSettings(settings, thread_id) : undefined,
            planMode: plan_mode ? readPlanMode(plan_mode) : undefined,
            expectLeaf: parent_id || undefined,
          }),
        });
      } catch (error) {
        // The original's clients look for this one inside the stream.
        if (codeOf(error) !== "thread_not_found" || wantsJson(request)) throw error;
        const event = errorEvent(error, context.host.now());
        const data = { ...event.data, message: "Thread not found or access denied" };
        return reply
          .type("text/event-stream; charset=utf-8")
          .send(`data: ${JSON.stringify({ event: "error", data })}\n\n`);
      }
    },
  );

  server.post(
    "/api/v1/threads/:thread_id/messages/:message_id/edit",
    {
      ...route,
      schema: {
        summary: "Say a message differently: a new branch beside it",
        description,
        tags,
        params: MessageId,
        headers: IdempotencyHeaders,
        body: Type.Object({ content: Type.String(), ...Choice }, closed),
        response: { 200: eventStream, 202: StartedTurn, ...failures },
      },
    },
    async (request, reply) => {
      const { content, ...choice } = request.body;
      const { thread_id: threadId, message_id: messageId } = request.params;
      checkContent(content);
      return answer(request, reply, { kind: "edit", content, threadId, messageId, ...choiceOf(choice) });
    },
  );

  server.post(
    "/api/v1/threads/:thread_id/messages/:message_id/regenerate",
    {
      ...route,
      schema: {
        summary: "Another answer: a new branch beside the one there is",
        description,
        tags,
        params: MessageId,
        headers: IdempotencyHeaders,
        body: Type.Union([Type.Object(Choice, closed), Type.Null()], { description: "May be left out." }),
        response: { 200: eventStream, 202: StartedTurn, ...failures },
      },
    },
    async (request, reply) => {
      const { thread_id: threadId, message_id: messageId } = request.params;
      const choice = choiceOf(request.body ?? {});
      return answer(request, reply, { kind: "regenerate", threadId, messageId, ...choice });
    },
  );

  server.post(
    "/api/v1/threads/:thread_id/messages/:message_id/continue",
    {
      ...route,
      schema: {
        summary: "The rest of an answer that was cut short, below it",
        description:
          "The entry is the last one of the active branch, with `interrupted`. It goes on by the plan that there is. " +
          description,
        tags,
        params: MessageId,
        headers: IdempotencyHeaders,
        body: Type.Union([Type.Object(Voice, closed), Type.Null()], { description: "May be left out." }),
        response: { 200: eventStream, 202: StartedTurn, ...failures },
      },
    },
    async (request, reply) => {
      const { model, system_prompt: systemPrompt } = request.body ?? {};
      const { thread_id: threadId, message_id: messageId } = request.params;
      const choice = given({ model, systemPrompt });
      return answer(request, reply, { kind: "continue", threadId, messageId, ...choice });
    },
  );
}
