import type { Logger } from "../../../protocols/plugin.ts";

/** For tests: a log that nobody reads. */
export const quietLog: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** For tests: a clock that moves by a millisecond with every reading, and ids that count. */
export function tickingClock(): { readonly now: () => Date; readonly newId: () => string } {
  let time = Date.UTC(2030, 0, 1);
  let ids = 0;
  return {
    now: () => {
      time += 1;
      return new Date(time);
    },
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
  };
}
