import { codeOf } from "../../lib/errors.ts";
import { openAccountLog } from "../../turns/account-log.ts";
import { eventStreamOr } from "../answers.ts";
import type { HttpContext } from "../context.ts";
import { userIdOf } from "../guard.ts";
import { cursorOf, numberedFrame, sendEvents, wantsJson } from "../sse.ts";
import type { Server } from "../type-provider.ts";
import { EventList } from "./account-schemas.ts";
import { CursorQuery, failures } from "./schemas.ts";

/** What happens in the account, for every window and script of its user. */
export function registerAccountEvents(server: Server, context: HttpContext): void {
  const { host } = context;

  server.get(
    "/api/v1/events",
    {
      config: { access: "user", scopes: ["read"] },
      schema: {
        summary: "What happens in the account, after the cursor",
        description:
          "Server-sent events that begin with `ready` (all that followed the cursor comes next) or `reload` (the cursor " +
          "is too old: load everything again, then go on from here). With `Accept: application/json`, a list; a cursor " +
          "that is too old is 410 there.",
        tags: ["events"],
        querystring: CursorQuery,
        response: { 200: eventStreamOr(EventList), ...failures },
      },
    },
    async (request, reply) => {
      const bus = await host.get("bus");
      const topic = openAccountLog(bus, userIdOf(request), host.now());
      const newest = bus.last(topic) ?? 0;
      const after = cursorOf(request);
      if (wantsJson(request)) {
        const entries = after === undefined ? [] : await entriesAfter(after);
        return { events: entries, cursor: entries.at(-1)?.id ?? newest };
      }
      const lost = after !== undefined && isLost(after);
      const cursor = after === undefined || lost ? newest : after;
      const first = JSON.stringify({ event: lost ? "reload" : "ready", data: { cursor } });
      return sendEvents(context, request, reply, async (signal) => bus.read(topic, cursor, signal), {
        frame: numberedFrame,
        preamble: numberedFrame(cursor, first),
        comments: true,
      });

      /** What is there now, without waiting for more. */
      async function entriesAfter(from: number) {
        const now = new AbortController();
        const reading = bus.read(topic, from, now.signal)[Symbol.asyncIterator]();
        const next = from === bus.last(topic) ? undefined : await reading.next();
        now.abort();
        if (!next || next.done) return [];
        const { firstId, data } = next.value;
        return data.map((text, index) => {
          const { event, data: said } = JSON.parse(text) as { event: string; data: unknown };
          return { id: firstId + index, event, data: said };
        });
      }

      function isLost(from: number): boolean {
        try {
          bus.read(topic, from, AbortSignal.abort());
          return false;
        } catch (error) {
          if (codeOf(error) === "cursor_lost") return true;
          throw error;
        }
      }
    },
  );
}
