import { performance } from "node:perf_hooks";

/** Half of what a test may take. What is waited for takes milliseconds, or seconds where processes start on a busy machine. */
const patienceMs = 60_000;

/** So often it looks after each turn of the event loop; then less and less often: looking is work, on a machine that others wait for. */
const eagerLooks = 20;
const longestPauseMs = 100;

// Of the module's start: a test may have replaced the global ones.
const { setTimeout, setImmediate } = globalThis;

type Held<T> = Exclude<T, undefined | null | false | 0 | "">;

/**
 * Waits until something holds that nobody tells of. It always ends, so that a test that fails leaves no loop behind.
 * @param what what is waited for, as the end of "This did not come to pass: ".
 * @param holds looked at again and again until it gives something truthy.
 * @param signal ends the waiting sooner; a test's own (`t.signal`) for what nobody awaits.
 * @returns what `holds` gave.
 * @throws an error that names `what` after a minute; what `holds` throws; the signal's reason.
 */
export async function until<T>(
  what: string | (() => string),
  holds: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<Held<T>> {
  const end = performance.now() + patienceMs;
  let pauseMs = 1;
  for (let looks = 1; ; looks += 1) {
    signal?.throwIfAborted();
    const held = await holds();
    if (held) return held as Held<T>;
    if (performance.now() > end)
      throw new Error(`This did not come to pass: ${typeof what === "string" ? what : what()}.`);
    if (looks <= eagerLooks) await new Promise((resolve) => setImmediate(resolve));
    else {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
    }
  }
}
