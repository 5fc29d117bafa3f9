import Type from "typebox";
import { threadFile } from "../../lib/thread-file.ts";
import { file } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { closed, failures, ThreadId } from "./schemas.ts";

export function registerExport(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/threads/:thread_id/export",
    {
      config: { access: "user", scopes: ["read"], limit: "threads" },
      schema: {
        summary: "A thread as a file: Markdown to read, JSON to keep",
        tags: ["threads"],
        params: ThreadId,
        querystring: Type.Object(
          { format: Type.Optional(Type.Union([Type.Literal("markdown"), Type.Literal("json")])) },
          closed,
        ),
        response: { 200: file("text/markdown", "application/json"), ...failures },
      },
    },
    async (request, reply) => {
      const at = { userId: userIdOf(request), threadId: request.params.thread_id };
      const threads = await host.get("thread");
      const { name, mediaType, content } = threadFile(
        await threads.getThread(at),
        await threads.getThreadMessages(at),
        request.query.format ?? "markdown",
      );
      reply.header("content-disposition", `attachment; filename="${name}"`);
      return reply.type(`${mediaType}; charset=utf-8`).send(content);
    },
  );
}
