/** Waits for work of others, for so long in all. */
export type Patience = {
  /** What `work` resolves to. @throws the signal's reason; an error saying how long it took. The work goes on. */
  wait<T>(work: Promise<T>): Promise<T>;
  /** Lets go of the timer and of the signal. */
  end(): void;
};

export function patience(ms: number, signal: AbortSignal): Patience {
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => {}); // nobody may be waiting when it is over
  const timer = setTimeout(() => gone.reject(new Error(`it took longer than ${ms} ms`)), ms);
  const abort = () => gone.reject(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  return {
    wait: (work) => Promise.race([work, gone.promise]),
    end() {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
