import Type from "typebox";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { markdownOf } from "./markdown-of.ts";
import { messageRow, threadRow } from "./rows.ts";
import { closed, failures, ThreadId } from "./schemas.ts";

export function registerExport(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/threads/:thread_id/export",
    {
      config: { access: "user", limit: "threads" },
      schema: {
        summary: "A thread as a file: Markdown to read, JSON to keep",
        tags: ["threads"],
        params: ThreadId,
        querystring: Type.Object(
          { format: Type.Optional(Type.Union([Type.Literal("markdown"), Type.Literal("json")])) },
          closed,
        ),
        response: failures,
      },
    },
    async (request, reply) => {
      const at = { userId: userIdOf(request), threadId: request.params.thread_id };
      const threads = await host.get("thread");
      const thread = await threads.getThread(at);
      const messages = await threads.getThreadMessages(at);
      const json = request.query.format === "json";
      const name = `thread-${thread.id.replace(/[^\w-]/g, "_")}.${json ? "json" : "md"}`;
      reply.header("content-disposition", `attachment; filename="${name}"`);
      if (!json) return reply.type("text/markdown; charset=utf-8").send(markdownOf(thread, messages));
      const rows = messages.map((message) => messageRow(message, true));
      return reply.send({ ...threadRow(thread, { runningTurn: undefined }), messages: rows });
    },
  );
}
