/** Runs tasks of one key one after the other, in the order of the calls, and those of different keys side by side. */
export function oneAtATime(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async (key, task) => {
    const before = last.get(key);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    last.set(key, ended);
    try {
      await before; // it never rejects
      return await task();
    } finally {
      end();
      if (last.get(key) === ended) last.delete(key);
    }
  };
}
