import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { askOnce, type Peer } from "./peer.ts";

/** No request waits longer than this to be counted. */
const patienceMs = 300;

/** What a kind of calls may do: so many points within so many seconds. */
export type Limit = { readonly keyPrefix: string; readonly points: number; readonly duration: number };

/** Counts a point of a key. `seconds` instead of the limit's own. @throws the figures, when it was one too many. */
export type Count = (key: string, seconds?: number) => Promise<RateLimiterRes>;

type CountAsk = { readonly limit: Limit; readonly key: string; readonly seconds?: number };
type Counted = {
  readonly remainingPoints: number;
  readonly msBeforeNext: number;
  readonly consumedPoints: number;
  readonly refused: boolean;
};

/** In the primary of several workers: counts for all of them. @returns what has a worker counted. */
export function countForAll(): (worker: Peer) => void {
  const limiters = new Map<string, RateLimiterMemory>();

  function limiterFor(limit: Limit): RateLimiterMemory {
    const known = limiters.get(limit.keyPrefix);
    if (known !== undefined) return known;
    const limiter = new RateLimiterMemory(limit);
    limiters.set(limit.keyPrefix, limiter);
    return limiter;
  }

  return (worker) =>
    worker.serve("count", async function* ({ limit, key, seconds }: CountAsk): AsyncGenerator<Counted> {
      const options = seconds === undefined ? {} : { customDuration: seconds };
      const counting = limiterFor(limit).consume(key, 1, options);
      const [figures, refused] = await counting.then(
        (counted) => [counted, false] as const,
        (refusal: RateLimiterRes) => [refusal, true] as const,
      );
      const { remainingPoints, msBeforeNext, consumedPoints } = figures;
      yield { remainingPoints, msBeforeNext, consumedPoints, refused };
    });
}

/** In a worker. While the primary does not answer it counts by itself, with `alone`. */
export const countedTogether =
  (primary: Peer, limit: Limit, alone: Count): Count =>
  async (key, seconds) => {
    const ask = { limit, key, ...(seconds !== undefined && { seconds }) } satisfies CountAsk;
    const counted = await askOnce<Counted>(primary, "count", ask, AbortSignal.timeout(patienceMs)).catch(
      () => undefined,
    );
    if (counted === undefined) return alone(key, seconds);
    const figures = new RateLimiterRes(counted.remainingPoints, counted.msBeforeNext, counted.consumedPoints);
    if (counted.refused) throw figures;
    return figures;
  };
