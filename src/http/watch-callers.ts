import { once } from "node:events";
import type { Server, ServerResponse } from "node:http";
import { setImmediate as loopOver } from "node:timers/promises";

/** Longer than this a busy server does not take in callers while it is meant to stop. */
const takingInMs = 200;

/** A stream ends with what it tells of, or never: nobody waits for it. */
const isStream = ({ headersSent, chunkedEncoding }: ServerResponse): boolean =>
  headersSent && chunkedEncoding;

/** Knows who has called and who waits for an answer, so that a server can stop without cutting off either. */
export function watchCallers(server: Server) {
  let connections = 0;
  const underWay = new Set<ServerResponse>();
  server.on("connection", () => {
    connections += 1;
  });
  server.on("request", (_request, response: ServerResponse) => {
    underWay.add(response);
    response.once("close", () => underWay.delete(response));
  });
  return {
    /**
     * Resolves once nobody stands in the kernel's line, which a server that stops listening cuts off, and which node takes in one at a
     * time, once a loop: a proxy cannot know whether what it has said there was heard, and does not say it to another.
     */
    async takenIn(limitMs = takingInMs): Promise<void> {
      const end = performance.now() + limitMs;
      let before = Number.NaN;
      while (before !== connections && performance.now() < end) {
        before = connections;
        await loopOver();
        await loopOver();
      }
    },
    /** Resolves once all that have asked, to the last byte, have been answered, or have gone. */
    async answered(): Promise<void> {
      await loopOver(); // what the last ones have asked is read
      await loopOver();
      const awaited = [...underWay].filter((response) => response.req.complete && !isStream(response));
      await Promise.all(awaited.map((response) => once(response, "close")));
    },
  };
}
