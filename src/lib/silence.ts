import { leaseMs } from "./instance.ts";

/**
 * Tells who was silent for a lease, from what this process has seen itself: the same last sign in each of its looks for so
 * long. No times are compared, since the clocks of two machines differ and any may be set. A look that fails counts
 * nothing: while the database is away nobody can show a sign, and when it is back they have as long as before.
 * @param everyMs how long lies between two looks, at least.
 */
export function createSilence(everyMs: number): {
  /** @param signs everybody's last sign, which is like no other of theirs or anybody's. @returns whether one is a lease old. */
  look(signs: readonly string[]): (sign: string) => boolean;
} {
  /** In how many looks a sign was there again. */
  let again: ReadonlyMap<string, number> = new Map();
  return {
    look(signs) {
      again = new Map(signs.map((sign) => [sign, (again.get(sign) ?? -1) + 1]));
      return (sign) => (again.get(sign) ?? 0) * everyMs >= leaseMs;
    },
  };
}
