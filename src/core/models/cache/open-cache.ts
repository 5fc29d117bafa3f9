import type { Model } from "../../../protocols/model.ts";
import type { Host } from "../../../protocols/plugin.ts";
import { cachedModel } from "./cached-model.ts";
import { memoryAnswers } from "./memory-answers.ts";

const hourMs = 3_600_000;

/** The model with the cache that the configuration describes before it; one in Redis, where the instances have one. */
export async function withCache(model: Model, host: Host): Promise<Model> {
  const { redis_url: url, models } = host.config;
  const { scope, ttl_hours, max_bytes: maxBytes, models: only } = models.cache;
  const ttlMs = Math.ceil(ttl_hours * hourMs);
  const answers =
    url === undefined
      ? memoryAnswers({ ttlMs, maxBytes, now: () => host.now() })
      : await (await import("./redis-answers.ts")).redisAnswers(url, { ttlMs, log: host.log }); // its client is large
  const defaults = (name: string) => [models.settings["*"], models.settings[name]];
  return cachedModel({ model, answers, shared: scope === "shared", only, defaults, host });
}
