import type { Logger } from "../protocols/plugin.ts";

/** An answer that was on its way for longer does not tell the time well enough. */
const longestMs = 1_000;
/** What nobody need hear of. */
const littleMs = 2_000;

export type Clock = {
  now(): Date;
  /**
   * Asks whose clock is to hold, and goes by that from now on, whatever becomes of this machine's own.
   * @throws what `time` throws; then all stays as it was.
   */
  follow(time: () => Promise<Date>, log: Logger): Promise<void>;
};

/** The machine's, until it follows another one. */
export function createClock(
  own: () => number = () => Date.now(),
  steady: () => number = () => performance.now(),
): Clock {
  let read = own;
  return {
    now: () => new Date(read()),
    async follow(time, log) {
      const askedAt = steady();
      const theirs = (await time()).getTime();
      const tookMs = steady() - askedAt;
      if (tookMs > longestMs) return;
      const atZero = theirs - askedAt - tookMs / 2;
      const aheadMs = Math.round(read() - steady() - atZero);
      if (Math.abs(aheadMs) > littleMs)
        log.warn({ ahead_ms: aheadMs }, "the clock here is not that of the database, which holds");
      read = () => steady() + atZero;
    },
  };
}
