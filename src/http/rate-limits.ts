import type { FastifyRequest } from "fastify";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { type Count, countedTogether, type Limit } from "../lib/counted-together.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Peer } from "../lib/peer.ts";
import type { Redis } from "../lib/redis.ts";
import type { KeyLimit } from "../protocols/api-key.ts";
import type { Config } from "../protocols/config.ts";
import type { LimitName } from "./context.ts";
import type { Server } from "./type-provider.ts";

/** What a caller is told, in the original's words. */
const sentences: Readonly<Record<LimitName, string>> = {
  login: "Too many login attempts.",
  message: "Too many messages.",
  threads: "Too many requests.",
  search: "Too many search requests.",
  models: "Too many requests.",
  jobs: "Too many requests.",
};

/** Who counts for more than this process; `undefined`: nobody. While it is away, each process counts for itself. */
export type CountingElsewhere = { readonly redis: Redis } | { readonly primary: Peer } | undefined;

/**
 * Counts every call that comes with an API key which has a limit of its own, and calls of the routes that name a limit: after
 * the token was checked and the body was read, before its fields are looked at. So a call with a bad token costs nothing, and
 * one with a wrong field counts.
 */
export function registerRateLimits(
  server: Server,
  limits: Config["rate_limits"],
  elsewhere: CountingElsewhere,
): void {
  const counts = new Map<LimitName, Count>(
    (limits.enabled ? (Object.keys(sentences) as LimitName[]) : []).map((name) => [
      name,
      counting({ keyPrefix: name, points: limits[name].points, duration: limits[name].seconds }, elsewhere),
    ]),
  );
  server.decorate("countCall", async (name, request) => {
    try {
      await counts.get(name)?.(keyOf(request));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new SkeletonError("rate_limited", sentences[name], {
        hint: `Please wait ${limits[name].seconds} seconds.`,
        details: { retryAfterSeconds },
      });
    }
  });
  const keyCalls = counting({ keyPrefix: "key", points: Number.MAX_SAFE_INTEGER, duration: 0 }, elsewhere);
  server.addHook("onRequest", async ({ session }) => {
    if (session?.key?.limit) await countKey(keyCalls, session.key.id, session.key.limit);
  });
  if (!limits.enabled) return;
  server.addHook("preValidation", async (request) => {
    const { limit } = request.routeOptions.config;
    if (limit !== undefined) await server.countCall(limit, request);
  });
}

function counting(limit: Limit, elsewhere: CountingElsewhere): Count {
  const own = new RateLimiterMemory(limit);
  const countWith =
    (limiter: RateLimiterMemory | RateLimiterRedis): Count =>
    (key, seconds) =>
      limiter.consume(key, 1, seconds === undefined ? {} : { customDuration: seconds });
  if (elsewhere === undefined) return countWith(own);
  if ("primary" in elsewhere) return countedTogether(elsewhere.primary, limit, countWith(own));
  return countWith(
    new RateLimiterRedis({
      ...{ storeClient: elsewhere.redis, rejectIfRedisNotReady: true, insuranceLimiter: own },
      ...{ ...limit, keyPrefix: `skeleton:limits:${limit.keyPrefix}` },
    }),
  );
}

/** One limiter for all keys: what each may do is its own affair. */
async function countKey(count: Count, id: string, limit: KeyLimit): Promise<void> {
  const { consumedPoints, msBeforeNext } = await count(id, limit.seconds);
  if (consumedPoints <= limit.calls) return;
  const retryAfterSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
  throw new SkeletonError("rate_limited", "Too many calls with this API key.", {
    hint: `Please wait ${retryAfterSeconds} seconds.`,
    details: { retryAfterSeconds },
  });
}

/** Each API key has counts of its own, beside its user's and those of the other keys. */
const keyOf = ({ session, ip }: FastifyRequest): string => {
  if (session?.key) return `key:${session.key.id}`;
  return session ? `user:${session.user.username}` : `address:${ip}`;
};
