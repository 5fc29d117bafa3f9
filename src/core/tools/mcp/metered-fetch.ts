import { setTimeout as pause } from "node:timers/promises";
import type { FetchLike } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { Meter } from "./meter.ts";
import { MAX_MESSAGE_BYTES, tooLong } from "./read-lines.ts";

const NEWLINE = 10;
const RETURN = 13;

/** `fetch` whose answers are read no faster than the meter lets them, and of which no message is longer than allowed. */
export function meteredFetch(meter: Meter): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.body === null) return response;
    const streamed = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const body = response.body.pipeThrough(limit(meter, streamed, init?.signal ?? undefined));
    return new Response(body, response);
  };
}

/** An event of a stream has about as many lines. */
const LINES_A_MESSAGE = 3;

function limit(meter: Meter, streamed: boolean, signal: AbortSignal | undefined) {
  let size = 0;
  let lineIsEmpty = true;
  return new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      let lines = 0;
      for (const byte of chunk) {
        size += 1;
        if (byte === NEWLINE) {
          lines += 1;
          if (streamed && lineIsEmpty) size = 0; // the event ends here
          lineIsEmpty = true;
        } else if (byte !== RETURN) lineIsEmpty = false;
      }
      if (size > MAX_MESSAGE_BYTES) throw tooLong();
      controller.enqueue(chunk);
      const ms = meter.spend(streamed ? lines / LINES_A_MESSAGE : 0, chunk.length);
      if (ms > 0) await pause(ms, undefined, signal === undefined ? {} : { signal });
    },
  });
}
