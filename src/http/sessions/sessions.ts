import Type from "typebox";
import { codeOf } from "../../lib/errors.ts";
import type { Thread } from "../../protocols/threads.ts";
import { nothing } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { faults, SessionId, SessionMessage, SessionRow } from "./schemas.ts";

const tags = ["sessions"];
const reading = (fault: string) => ({ access: "user", scopes: ["read"], limit: "threads", fault }) as const;
const writing = (fault: string) => ({ access: "user", scopes: ["chat"], limit: "threads", fault }) as const;

const untitled = "New Chat";

/** Sessions: the user's threads that are not archived. */
export function registerSessions(surface: Server, { host, turns }: HttpContext): void {
  surface.get(
    "/api/sessions",
    {
      config: reading("Failed to fetch sessions"),
      schema: {
        summary: "Sessions, last used first",
        tags,
        response: { 200: Type.Array(SessionRow), ...faults },
      },
    },
    async (request) => {
      const threads = await (await host.get("thread")).getThreads({ userId: userIdOf(request) });
      return threads
        .toSorted((one, other) => (one.updated < other.updated ? 1 : one.updated > other.updated ? -1 : 0))
        .map(sessionRow);
    },
  );

  surface.post(
    "/api/sessions",
    {
      config: writing("Failed to create session"),
      schema: {
        summary: "A new session",
        tags,
        body: Type.Object({ title: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })) }),
        response: { 201: SessionRow, ...faults },
      },
    },
    async (request, reply) => {
      const userId = userIdOf(request);
      const threads = await host.get("thread");
      const threadId = await threads.createThread({
        userId,
        title: request.body.title?.trim() || untitled,
        model: "", // that of the first message, or the default one
        systemPrompt: "default",
      });
      return reply.code(201).send(sessionRow(await threads.getThread({ userId, threadId })));
    },
  );

  surface.delete(
    "/api/sessions/:id",
    {
      config: writing("Failed to delete session"),
      schema: {
        summary: "Delete a session with its messages",
        tags,
        params: SessionId,
        response: { 204: nothing, ...faults },
      },
    },
    async (request, reply) => {
      const at = { userId: userIdOf(request), threadId: request.params.id };
      const turnId = (await turns.running(at.userId)).get(at.threadId);
      if (turnId !== undefined) await turns.stop({ userId: at.userId, turnId });
      await (await host.get("thread")).deleteThread(at);
      return reply.code(204).send();
    },
  );

  surface.get(
    "/api/sessions/:id/messages",
    {
      config: reading("Failed to fetch messages"),
      schema: {
        summary: "What was said, oldest first; nothing in a session that is not there",
        tags,
        params: SessionId,
        response: { 200: Type.Array(SessionMessage), ...faults },
      },
    },
    async (request) => {
      const at = { userId: userIdOf(request), threadId: request.params.id };
      try {
        const messages = await (await host.get("thread")).getThreadMessages(at);
        return messages.flatMap(({ id, role, content, timestamp }) =>
          (role === "user" || role === "assistant") && content !== ""
            ? [{ id, role, content, timestamp }]
            : [],
        );
      } catch (error) {
        if (codeOf(error) === "thread_not_found") return [];
        throw error;
      }
    },
  );
}

const sessionRow = ({ id, title, created, updated }: Thread) => ({
  id,
  title,
  created_at: created,
  updated_at: updated,
});
