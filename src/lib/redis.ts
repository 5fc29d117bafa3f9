import { Redis } from "ioredis";
import type { Logger } from "../protocols/plugin.ts";
import { SkeletonError } from "./errors.ts";
import { given } from "./given.ts";

const connectMs = 5_000;
/** A connection on which something waits for an answer for so long is a dead one, and made anew. No command blocks so long. */
const silentMs = 15_000;
const longestRetryMs = 1_000;

export type { Redis };

/**
 * A connection to Redis that heals by itself. A command fails at once while there is none; nothing is sent twice.
 * @param use for the log, and for whoever looks at the connections of Redis.
 * @param options.patienceMs how long a command may take; default until the connection is taken for dead, 15 s.
 * @param options.blocks whether its commands wait for something to happen, less than 15 s; default no.
 * @param url of `redis:` or `rediss:`; its password is in no message.
 * @throws `config_invalid` when Redis does not answer within 5 s, or refuses.
 */
export async function connectRedis(
  url: string,
  use: string,
  log: Logger,
  { patienceMs, blocks = false }: { readonly patienceMs?: number; readonly blocks?: boolean } = {},
): Promise<Redis> {
  let connected = false;
  const redis = new Redis(url, {
    ...{
      lazyConnect: true,
      connectTimeout: connectMs,
      socketTimeout: silentMs,
      keepAlive: 10_000,
      protocol: 2,
    },
    ...{ connectionName: `skeleton-${use}`, ...given({ commandTimeout: patienceMs }) },
    enableAutoPipelining: !blocks, // what many turns have to say in one loop leaves in one write
    ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 }, // what was on its way when it broke has failed
    retryStrategy: (times) => (connected ? Math.min(50 * 2 ** times, longestRetryMs) : null),
  });
  let fault: Error | undefined;
  redis.on("error", (error: Error) => {
    fault = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const { code, message } = (fault ?? error) as NodeJS.ErrnoException;
    throw new SkeletonError(
      "config_invalid",
      `Redis cannot be used at ${withoutSecrets(url)}: ${message || code || "it does not answer"}.`,
      { hint: "Start Redis, or set REDIS_URL (redis_url in skeleton.yaml) right, or unset it." },
    );
  }
  connected = true;
  let away = false;
  redis.on("reconnecting", () => {
    if (!away) log.warn({ err: fault, use }, "Redis is away: what other instances do is seen later");
    away = true;
  });
  redis.on("ready", () => {
    if (away) log.info({ use }, "Redis is back");
    away = false;
    fault = undefined;
  });
  return redis;
}

/** Scheme, host, port and number of the database. */
function withoutSecrets(url: string): string {
  if (!URL.canParse(url)) return "the address in redis_url";
  const { protocol, host, pathname, username, password } = new URL(url);
  return `${protocol}//${username || password ? "(hidden)@" : ""}${host}${pathname}`;
}
