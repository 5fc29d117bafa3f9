import pino from "pino";
import type { RunningHost } from "../host/create-host.ts";
import { SkeletonError } from "../lib/errors.ts";
import { connectRedis, type Redis } from "../lib/redis.ts";
import { type Check, check } from "./check.ts";

/** How long each command may take, in ms. */
const patienceMs = 2_000;
/** Streams can be cut by id since then. */
const oldest = [6, 2] as const;

/** Whether the Redis that instances share can be used, where one is set. It keeps nothing of this. */
export async function checkRedis({
  config,
  newId,
}: Pick<RunningHost, "config" | "newId">): Promise<readonly Check[]> {
  const { redis_url: url } = config;
  if (url === undefined) return [];
  return [
    await check("redis", async () => {
      const redis = await connectRedis(url, "doctor", pino({ level: "silent" }), { patienceMs });
      try {
        return await examineRedis(redis, `skeleton:doctor:${newId()}`);
      } finally {
        redis.disconnect();
      }
    }),
  ];
}

/** @param key of its own, to see whether anything can be written. */
async function examineRedis(redis: Redis, key: string): Promise<string> {
  const facts = factsOf(await redis.info());
  const version = facts.get("redis_version") ?? "of an unknown version";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1]))
    throw wrong(`This is Redis ${version}.`, `Take ${oldest.join(".")} or newer.`);
  if (facts.get("cluster_enabled") === "1")
    throw wrong(
      "This Redis is a cluster, where one command cannot follow the streams of several shards.",
      "Name a single Redis in REDIS_URL.",
    );
  await write(redis, key);
  const beganAt = performance.now();
  await redis.ping();
  const pingMs = (performance.now() - beganAt).toFixed(1);
  return [`Redis ${version} answers within ${pingMs} ms`, ...remarks(facts)].join("; ");
}

async function write(redis: Redis, key: string): Promise<void> {
  try {
    await redis.set(key, "", "PX", 1_000);
    await redis.del(key);
  } catch (error) {
    const { message } = error as Error;
    const hint = Object.entries(hints).find(([code]) => message.includes(code))?.[1];
    throw wrong(`Nothing can be written to this Redis: ${message}`, hint ?? "See its log.");
  }
}

/** What may stand in a refusal, and what to do then. */
const hints: Readonly<Record<string, string>> = {
  READONLY: "REDIS_URL names a replica: name the primary.",
  NOPERM: "Let the user of REDIS_URL use all commands on the keys skeleton:*.",
  MISCONF:
    'It could not save to its disk. Nothing here needs that: switch it off (CONFIG SET save ""), or make room.',
  OOM: "It has no memory left: raise its maxmemory, or give this server a Redis of its own.",
};

/** What works, and may not always. */
function remarks(facts: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  const policy = facts.get("maxmemory_policy") ?? "noeviction";
  if (Number(facts.get("maxmemory") ?? 0) > 0 && policy !== "noeviction")
    found.push(
      `when its memory is full it lets go of counts of rate limits and of running answers (maxmemory-policy ${policy}): noeviction would not`,
    );
  if (facts.get("aof_enabled") === "1")
    found.push("it writes every token to its disk, which nothing here needs (appendonly no)");
  return found;
}

/** Of `INFO`: a line for each. */
const factsOf = (info: string): ReadonlyMap<string, string> =>
  new Map([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = "", value = ""]) => [name, value]));

const wrong = (message: string, hint: string) => new SkeletonError("config_invalid", message, { hint });
