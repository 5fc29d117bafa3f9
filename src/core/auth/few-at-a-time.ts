import { SkeletonError } from "../../lib/errors.ts";

/**
 * Runs at most `atOnce` tasks at a time; the rest wait in line, at most `waiting` of them.
 * @throws `rate_limited` when the line is full; whatever the task throws.
 */
export function fewAtATime(atOnce: number, waiting: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const line: (() => void)[] = [];

  return async (task) => {
    if (running >= atOnce) {
      if (line.length >= waiting)
        throw new SkeletonError("rate_limited", "Too many people are signing in at this moment.", {
          hint: "Try again in a few seconds.",
          details: { retryAfterSeconds: 5 },
        });
      await new Promise<void>((resolve) => line.push(resolve)); // whoever leaves hands its place on
    } else running += 1;
    try {
      return await task();
    } finally {
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
