/** What one of several generators came to: a yield, or its result. */
export type Came<T, R> = { readonly index: number; readonly result: IteratorResult<T, R> };

/**
 * Runs generators side by side and yields what each comes to, as it comes. Whoever leaves early leaves all of them.
 * @throws what the first of them throws.
 */
export async function* together<T, R>(
  runs: readonly AsyncGenerator<T, R>[],
): AsyncGenerator<Came<T, R>, void> {
  const waiting = new Map<number, Promise<Came<T, R>>>();
  const ask = (run: AsyncGenerator<T, R>, index: number) => {
    const coming = run.next().then((result) => ({ index, result }));
    coming.catch(() => {}); // it may fail when nobody waits any more
    waiting.set(index, coming);
  };
  runs.forEach(ask);
  try {
    while (waiting.size > 0) {
      const came = await Promise.race(waiting.values());
      const run = runs[came.index];
      if (came.result.done === true || run === undefined) waiting.delete(came.index);
      else ask(run, came.index);
      yield came;
    }
  } finally {
    // Not awaited: one that still waits for something ends after that, and the signal is what hurries it.
    for (const index of waiting.keys()) runs[index]?.return(undefined as never).catch(() => {});
  }
}
