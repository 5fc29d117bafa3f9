/*
 * Keeps answers of models in Redis. The server does so by itself for the models that it asks (`models.cache`, docs/models.md),
 * with limits, marks and patience; this is for models that a plugin of yours in the role `model` asks, and an example of a
 * plugin that stands before another. It needs the package ioredis, which a clone of this project brings, and REDIS_URL.
 */
import { createHash } from "node:crypto";
import { env } from "node:process";
import { Redis } from "ioredis";
import type { ModelEvent, ModelRequest } from "../../src/protocols/model.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";

const keptSeconds = 24 * 3600;

/** Each user's own: what one was told is nobody else's. */
const keyOf = ({ fresh: _anew, ...asked }: ModelRequest) =>
  `skeleton:plugin:${createHash("sha256").update(JSON.stringify(asked)).digest("base64url")}`;

const toBeKept = (events: readonly ModelEvent[]) =>
  events.every(({ event }) => event !== "tool_call") &&
  events.some(({ event, data }) => event === "finish" && data.reason === "stop");

export default {
  role: "model",
  name: "response-cache",
  priority: 10, // before the models that there are
  async create(host, below) {
    const model = await below();
    const redis = new Redis(env.REDIS_URL || "redis://127.0.0.1:6379", {
      ...{ commandTimeout: 300, maxRetriesPerRequest: 0 },
      enableOfflineQueue: false, // a question waits for its model, and not for a connection
    });
    const tell = (error: unknown) => host.log.debug({ err: error }, "response-cache: Redis did not answer");
    redis.on("error", tell);
    return {
      ...model,
      async *generate(request, signal) {
        signal.throwIfAborted();
        const key = keyOf(request);
        const kept = request.fresh ? null : await redis.get(key).catch(tell);
        if (kept) return yield JSON.parse(kept) as ModelEvent[];
        const heard: ModelEvent[] = [];
        for await (const batch of model.generate(request, signal)) {
          heard.push(...batch.filter(({ event }) => event !== "usage")); // nobody pays for it twice
          yield batch;
        }
        if (toBeKept(heard)) redis.set(key, JSON.stringify(heard), "EX", keptSeconds).catch(tell);
      },
      async shutdown() {
        redis.disconnect();
      },
    };
  },
} satisfies CorePlugin<"model">;
