import type { FastifyRequest } from "fastify";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { SkeletonError } from "../lib/errors.ts";
import type { Redis } from "../lib/redis.ts";
import type { KeyLimit } from "../protocols/api-keys.ts";
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

/**
 * Counts every call that comes with an API key which has a limit of its own, and calls of the routes that name a limit: after the token was checked and the body was read, before its fields
 * are looked at. So a call with a bad token costs nothing, and one with a wrong field counts.
 * @param redis counts for all instances; while it is away, each counts for itself.
 */
export function registerRateLimits(server: Server, limits: Config["rate_limits"], redis?: Redis): void {
  const limiter = (keyPrefix: string, points: number, duration: number): RateLimiterAbstract => {
    const own = new RateLimiterMemory({ keyPrefix, points, duration });
    if (redis === undefined) return own;
    return new RateLimiterRedis({
      ...{ storeClient: redis, rejectIfRedisNotReady: true, insuranceLimiter: own },
      ...{ keyPrefix: `skeleton:limits:${keyPrefix}`, points, duration },
    });
  };
  const limiters = new Map<LimitName, RateLimiterAbstract>(
    (limits.enabled ? (Object.keys(sentences) as LimitName[]) : []).map((name) => [
      name,
      limiter(name, limits[name].points, limits[name].seconds),
    ]),
  );
  server.decorate("countCall", async (name, request) => {
    try {
      await limiters.get(name)?.consume(keyOf(request));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new SkeletonError("rate_limited", sentences[name], {
        hint: `Please wait ${limits[name].seconds} seconds.`,
        details: { retryAfterSeconds },
      });
    }
  });
  const keyCalls = limiter("key", Number.MAX_SAFE_INTEGER, 0);
  server.addHook("onRequest", async ({ session }) => {
    if (session?.key?.limit) await countKey(keyCalls, session.key.id, session.key.limit);
  });
  if (!limits.enabled) return;
  server.addHook("preValidation", async (request) => {
    const { limit } = request.routeOptions.config;
    if (limit !== undefined) await server.countCall(limit, request);
  });
}

/** One limiter for all keys: what each may do is its own affair. */
async function countKey(calls: RateLimiterAbstract, id: string, limit: KeyLimit): Promise<void> {
  const { consumedPoints, msBeforeNext } = await calls.consume(id, 1, { customDuration: limit.seconds });
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
