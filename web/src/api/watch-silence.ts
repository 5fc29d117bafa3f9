import { onReturn } from "./on-return.ts";

/** After a sleep there is no use in waiting that long: so much is one word of the server's that did not come. */
const shortSilenceMs = 7_000;
/** How often the clock is looked at: a computer that sleeps stops the timers, but not the time. */
const lookMs = 2_500;

/** @returns `signal`, which aborts when `heard` was not called for so many ms; `end` when nobody listens any more. */
export function watchSilence(silenceMs: number) {
  const silent = new AbortController();
  let heardAt = Date.now();
  const look = (limitMs: number) => {
    if (Date.now() - heardAt > limitMs) silent.abort();
  };
  const timer = setInterval(() => look(silenceMs), lookMs);
  const stop = onReturn(() => look(shortSilenceMs));
  return {
    signal: silent.signal,
    heard: (): void => {
      heardAt = Date.now();
    },
    end: (): void => {
      clearInterval(timer);
      stop();
    },
  };
}
