import type { Readable } from "node:stream";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Meter } from "./meter.ts";

/** Bytes of one message; a picture of some 6 MB fits. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** Others have their turn after so many lines. */
const LINES_A_TURN = 100;

/**
 * Calls `take` with every line of a stream that is not empty, until the stream ends, no faster than the meter lets it:
 * the pipe fills up meanwhile, and whoever writes waits.
 * @throws `upstream_broken` on a line that is too long; the signal's reason; whatever `take` throws.
 */
export async function readLines(
  stream: Readable,
  meter: Meter,
  take: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let parts: Buffer[] = [];
  let size = 0;
  let lines = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...parts, chunk.subarray(start, end)])
        .toString()
        .trim();
      [parts, size, start] = [[], 0, end + 1];
      if (line !== "") take(line);
      await rest(meter.spend(1, line.length), ++lines % LINES_A_TURN === 0, signal);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > MAX_MESSAGE_BYTES) throw tooLong();
  }
}

async function rest(ms: number, oneTurn: boolean, signal: AbortSignal): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal });
  else if (oneTurn) await nextTurn(undefined, { signal });
}

export const tooLong = () =>
  new SkeletonError("upstream_broken", `it sends a message of more than ${MAX_MESSAGE_BYTES} bytes`, {
    hint: "Ask it for less at a time, or leave the tool out with `allow_tools`.",
  });
