import { onReturn } from "../api/on-return.ts";

/** Resolves after so many ms, when there is reason to hope again, or when `signal` aborts. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = onReturn(done);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
