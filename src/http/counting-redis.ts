import { once } from "node:events";
import type { Redis } from "../lib/redis.ts";
import type { Host } from "../protocols/plugin.ts";

/** No request waits longer than this to be counted. */
const patienceMs = 300;

/** One for a server and the pages in it. */
const connections = new WeakMap<Host, Promise<Redis>>();

/**
 * Where calls are counted for all instances, until the host is shut down; `undefined` without `redis_url`.
 * @throws `config_invalid` when Redis cannot be used.
 */
export async function countingRedis(host: Host): Promise<Redis | undefined> {
  const { redis_url: url } = host.config;
  if (url === undefined) return undefined;
  const known = connections.get(host);
  if (known !== undefined) return known;
  const { connectRedis } = await import("../lib/redis.ts"); // most servers have no use for it
  const connecting = connectRedis(url, "limits", host.log, { patienceMs });
  connections.set(host, connecting);
  const redis = await connecting;
  host.background("counting calls in Redis", async (signal) => {
    if (!signal.aborted) await once(signal, "abort");
    redis.disconnect();
  });
  return redis;
}
