import { eventStream } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import { cursorOf, numberedFrame, sendEvents } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { CursorQuery, Done, failures, TurnId } from "./schemas.ts";
import { TurnRow } from "./turn-schemas.ts";

const reading = { config: { access: "user", scopes: ["chat", "jobs", "read"] } } as const;
const writing = { config: { access: "user", scopes: ["chat"] } } as const;
const tags = ["turns"];

/** Turns go on by themselves; here they are watched and stopped. */
export function registerTurns(server: Server, context: HttpContext): void {
  const { turns } = context;

  server.get(
    "/api/v1/turns/:turn_id",
    {
      ...reading,
      schema: { summary: "How a turn stands", tags, params: TurnId, response: { 200: TurnRow, ...failures } },
    },
    async (request) => {
      const { turn_id: turnId } = request.params;
      const { threadId, state, error } = await turns.get({ userId: userIdOf(request), turnId });
      return { turn_id: turnId, thread_id: threadId, state, ...(error === undefined ? {} : { error }) };
    },
  );

  server.get(
    "/api/v1/turns/:turn_id/events",
    {
      ...reading,
      schema: {
        summary: "Watch a turn: what it said after the cursor, then what it says",
        description: "Server-sent events; the n-th has the id n. Ends after `stream_end`.",
        tags,
        params: TurnId,
        querystring: CursorQuery,
        response: { 200: eventStream, ...failures },
      },
    },
    async (request, reply) => {
      const at = { userId: userIdOf(request), turnId: request.params.turn_id };
      const open = (signal: AbortSignal) => turns.read(at, cursorOf(request), signal);
      return sendEvents(context, request, reply, open, { frame: numberedFrame, comments: true });
    },
  );

  server.post(
    "/api/v1/turns/:turn_id/stop",
    {
      ...writing,
      schema: {
        summary: "Stop a turn; what it said is kept",
        tags,
        params: TurnId,
        response: { 200: Done, ...failures },
      },
    },
    async (request) => {
      await turns.stop({ userId: userIdOf(request), turnId: request.params.turn_id });
      return { message: "Turn stopped successfully" };
    },
  );
}
