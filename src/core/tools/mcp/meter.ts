/** How fast one server is read, so that a flood of messages costs nobody but the server that sends it. */
export type Meter = {
  /** Counts what was read. Answers how long to wait before reading on, in ms; mostly 0. */
  spend(messages: number, bytes: number): number;
};

/** A message costs its reader some 50 µs: measured, a flood takes 6 % of a core and no turn longer than 14 ms. */
const MESSAGES_PER_SECOND = 1000;
/** A list of tools, or some seconds' progress, comes at once. */
const BURST = 1000;
/** Reading this many bytes costs about as much as one more message. */
const BYTES_PER_MESSAGE = 4096;

/** @param clock in ms, monotonic. */
export function createMeter(clock: () => number = () => performance.now()): Meter {
  let left = BURST;
  let last = clock();
  return {
    spend(messages, bytes) {
      const time = clock();
      left = Math.min(BURST, left + ((time - last) * MESSAGES_PER_SECOND) / 1000);
      last = time;
      left -= messages + bytes / BYTES_PER_MESSAGE;
      return left >= 0 ? 0 : Math.ceil((-left * 1000) / MESSAGES_PER_SECOND);
    },
  };
}
