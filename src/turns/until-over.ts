import { setTimeout as sleep } from "node:timers/promises";
import { cursorLost } from "../lib/cursor-lost.ts";
import type { BusBatch } from "../protocols/bus.ts";

/** How long a log may be silent before it is asked whether its turn is over, in ms. */
const usualSilenceMs = 2_000;

/**
 * The log of a turn that another instance runs. A log whose instance died is never closed: when its turn is over and nothing
 * more has come for as long again, its reader is sent to what the history has.
 * @param leaving ends the log, and is aborted when this ends.
 * @throws `cursor_lost` then; what `isOver` throws.
 */
export async function* untilOver(
  log: AsyncIterable<BusBatch>,
  isOver: () => Promise<boolean>,
  leaving: AbortController,
  silenceMs = usualSilenceMs,
): AsyncGenerator<BusBatch, void> {
  const reading = log[Symbol.asyncIterator]();
  const silence = () =>
    sleep(silenceMs, undefined, { signal: leaving.signal, ref: false }).catch(() => undefined);
  let heard = false;
  let over = false;
  try {
    let next = reading.next();
    let silent = silence(); // one at a time, however much is said meanwhile
    while (!leaving.signal.aborted) {
      const found = await Promise.race([next, silent]);
      if (found !== undefined) {
        if (found.done) return;
        heard = true;
        yield found.value;
        next = reading.next();
        continue;
      }
      if (over && !heard) throw cursorLost();
      over = !heard && (await isOver());
      heard = false;
      silent = silence();
    }
  } finally {
    leaving.abort(); // before `return`, which waits for a `next` that is under way
    await reading.return?.();
  }
}
