import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import { wireTime } from "../../lib/thread-rows.ts";
import type { ThreadHit } from "../../protocols/threads.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import type { Server } from "../type-provider.ts";
import { closed, failures, SearchRow } from "./schemas.ts";

export function registerSearch(server: Server, { host }: HttpContext): void {
  server.get(
    "/api/v1/search",
    {
      config: { access: "user", scopes: ["read"], limit: "search" },
      schema: {
        summary: "Threads by what was said in them, best first",
        description:
          'Words are looked for together, in any order; "..." is a phrase; the last word also matches as a beginning.',
        tags: ["threads"],
        querystring: Type.Object(
          {
            q: Type.String(),
            details: Type.Optional(Type.Boolean()),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
          },
          closed,
        ),
        response: { 200: Type.Array(SearchRow), ...failures },
      },
    },
    async (request) => {
      const { q: query, details = false, limit = 50 } = request.query;
      if (query.trim() === "") throw badQuery("Search query cannot be empty");
      if (query.length > 500) throw badQuery("Search query too long");
      const hits = await (await host.get("thread")).searchThreads({
        userId: userIdOf(request),
        query,
        limit,
      });
      return hits.map((hit) => (details ? detailedRow(hit) : plainRow(hit)));
    },
  );
}

/** The original's own sentences, word for word: a hint would change them. */
const badQuery = (message: string) => new SkeletonError("bad_input", message, { hint: "" });

/** As the original tells it: a title behind its label. */
function plainRow({ thread, messageId, snippet }: ThreadHit) {
  const { id, title, created } = thread;
  return {
    ...{ id, title, created: wireTime(created) },
    snippet: messageId === undefined ? `Title: ${title}` : snippet,
  };
}

function detailedRow({ thread, messageId, snippet, marks }: ThreadHit) {
  const { id, title, created } = thread;
  return {
    ...{ id, title, created: wireTime(created), snippet },
    marks: marks.map(([start, end]): [number, number] => [start, end]),
    ...(messageId === undefined ? {} : { message_id: messageId }),
  };
}
