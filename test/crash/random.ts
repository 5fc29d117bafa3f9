/** Chance that can be repeated. */
export type Random = {
  /** 0 up to and without 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  pick<T>(list: readonly T[]): T | undefined;
};

/** Marsaglia's xorshift with 32 bits, https://www.jstatsoft.org/article/view/v008i14. */
export function seededRandom(seed: number): Random {
  let state = (seed ^ 0x9e3779b9) | 0 || 1; // it never leaves 0
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

/** From the environment's `CRASH_SEED`, to see a failure again; else a new one. */
export const chosenSeed = (): number => Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
