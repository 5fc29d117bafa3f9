import Type from "typebox";
import { given } from "../../lib/given.ts";
import { messageRow, threadRow } from "../../lib/thread-rows.ts";
import type { ModelSettings } from "../../protocols/model.ts";
import type { PlanMode } from "../../protocols/plan.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { lastTurnRow } from "./rows.ts";
import {
  closed,
  Done,
  failures,
  GenerationSettings,
  MessageId,
  MessageRow,
  MessagesQuery,
  PlanModeRow,
  ThreadDetails,
  ThreadId,
  ThreadListQuery,
  ThreadRow,
} from "./schemas.ts";

const reading = { config: { access: "user", scopes: ["read"], limit: "threads" } } as const;
const writing = { config: { access: "user", scopes: ["chat"], limit: "threads" } } as const;
const tags = ["threads"];

export function registerThreads(server: Server, { host, turns }: HttpContext): void {
  server.get(
    "/api/v1/threads",
    {
      ...reading,
      schema: {
        summary: "Threads, newest first",
        tags,
        querystring: ThreadListQuery,
        response: { 200: Type.Array(ThreadRow), ...failures },
      },
    },
    async (request) => {
      const userId = userIdOf(request);
      const { details, ...options } = request.query;
      const threads = await (await host.get("thread")).getThreads({ userId }, given(options));
      if (!details) return threads.map((thread) => threadRow(thread));
      const running = await turns.running(userId);
      return threads.map((thread) => threadRow(thread, { runningTurn: running.get(thread.id) }));
    },
  );

  server.get(
    "/api/v1/threads/:thread_id",
    {
      ...reading,
      schema: {
        summary: "One thread, with what runs in it",
        tags,
        params: ThreadId,
        response: { 200: ThreadDetails, ...failures },
      },
    },
    async (request) => {
      const at = { userId: userIdOf(request), threadId: request.params.thread_id };
      const thread = await (await host.get("thread")).getThread(at);
      const last = await turns.last(at);
      const runningTurn = last?.state === "running" ? last.turnId : undefined;
      return {
        ...threadRow(thread, { runningTurn }),
        last_turn: last === undefined ? null : lastTurnRow(last),
      };
    },
  );

  server.get(
    "/api/v1/threads/:thread_id/messages",
    {
      ...reading,
      schema: {
        summary: "The active branch, oldest first",
        tags,
        params: ThreadId,
        querystring: MessagesQuery,
        response: { 200: Type.Array(MessageRow), ...failures },
      },
    },
    async (request) => {
      const { details = false, ...page } = request.query;
      const at = { userId: userIdOf(request), threadId: request.params.thread_id };
      const messages = await (await host.get("thread")).getThreadMessages(at, given(page));
      return messages.map((message) => messageRow(message, details));
    },
  );

  server.post(
    "/api/v1/threads/:thread_id",
    {
      ...writing,
      schema: {
        summary: "Rename, pin, bring back from the archive, or change who answers and how",
        tags,
        params: ThreadId,
        body: Type.Object(
          {
            title: Type.Optional(
              Type.Union([Type.String({ minLength: 1, maxLength: 500 }), Type.Null()], {
                description: "Blank or null changes nothing.",
              }),
            ),
            archived: Type.Optional(Type.Boolean()),
            pinned: Type.Optional(Type.Boolean()),
            model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
            system_prompt: Type.Optional(
              Type.String({ maxLength: 1000, description: "Key of a system prompt or of a chat role." }),
            ),
            settings: Type.Optional(GenerationSettings),
            plan_mode: Type.Optional(
              Type.Union([PlanModeRow, Type.Null()], { description: "Null ends it." }),
            ),
          },
          closed,
        ),
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      const { title, archived, pinned, model, system_prompt, settings, plan_mode } = request.body;
      const changes = given({
        title: title?.trim() || undefined,
        archived,
        pinned,
        model,
        systemPrompt: system_prompt,
        planMode: plan_mode && (given(plan_mode) as PlanMode),
        settings: settings && (given(settings) as ModelSettings),
      });
      const at = { userId: userIdOf(request), threadId: request.params.thread_id };
      const threads = await host.get("thread");
      if (Object.keys(changes).length === 0) await threads.getThread(at);
      else await threads.updateThread(at, changes);
      return { message: "Thread updated successfully" };
    },
  );

  server.delete(
    "/api/v1/threads/:thread_id",
    {
      ...writing,
      schema: {
        summary: "Archive a thread, or erase it",
        tags,
        params: ThreadId,
        querystring: Type.Object(
          { permanent: Type.Optional(Type.Boolean({ description: "Erase it, for good." })) },
          closed,
        ),
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      const at = { userId: userIdOf(request), threadId: request.params.thread_id };
      const threads = await host.get("thread");
      if (!request.query.permanent) {
        await threads.archiveThread(at);
        return { message: "Thread archived successfully" };
      }
      const turnId = (await turns.running(at.userId)).get(at.threadId);
      if (turnId !== undefined) await turns.stop({ userId: at.userId, turnId });
      await threads.deleteThread(at);
      return { message: "Thread deleted successfully" };
    },
  );

  server.post(
    "/api/v1/threads/:thread_id/messages/:message_id/activate",
    {
      ...writing,
      schema: {
        summary: "Make the branch through this entry the active one",
        tags,
        params: MessageId,
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      const { thread_id: threadId, message_id: messageId } = request.params;
      await (await host.get("thread")).activateBranch({ userId: userIdOf(request), threadId, messageId });
      return { message: "Branch activated successfully" };
    },
  );
}
