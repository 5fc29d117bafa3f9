/*
 * Keeps answers of models in Redis, and gives the same answer to the same question: the same model, messages, tools and
 * settings, to the letter. Link it into `plugins/core/`; it stands before the models that there are, and needs the package
 * ioredis, which a clone of this project brings, and these variables of the environment, all of which may be left out:
 *
 * REDIS_URL               default redis://127.0.0.1:6379
 * RESPONSE_CACHE_FOR      whose answers: `user` (default), each user's own, or `all`, one's answer for everybody who asks
 *                         the same. With `all`, how fast an answer comes tells that somebody has asked before
 * RESPONSE_CACHE_MODELS   the models whose answers are kept, separated by commas; default all
 * RESPONSE_CACHE_HOURS    how long an answer is kept; default 24
 *
 * "Another answer" in the page asks the model again, and so does a request whose settings have `"cache": false`. Kept is what
 * came to its own end without calling a tool; Redis holds it as it is, and only a digest of what was asked. Its tokens are
 * not counted again. While Redis does not answer, models do.
 */
import { createHash } from "node:crypto";
import { env } from "node:process";
import { Redis } from "ioredis";
import type { Model, ModelEvent, ModelRequest } from "../../src/protocols/model.ts";
import type { CorePlugin, Host } from "../../src/protocols/plugin.ts";

const longestAnswer = 1_000_000; // bytes of JSON
const patienceMs = 300; // how long Redis may keep a question from its model
const restMs = 5_000; // how long it is not asked after it did not answer

type Batch = readonly ModelEvent[];

function readSettings() {
  const whose = env.RESPONSE_CACHE_FOR || "user";
  if (whose !== "user" && whose !== "all")
    throw new Error("response-cache needs user or all in RESPONSE_CACHE_FOR");
  const hours = Number(env.RESPONSE_CACHE_HOURS || 24);
  if (!(hours > 0)) throw new Error("response-cache needs a number of hours in RESPONSE_CACHE_HOURS");
  const models = env.RESPONSE_CACHE_MODELS?.split(",").map((name) => name.trim());
  return {
    url: env.REDIS_URL || "redis://127.0.0.1:6379",
    perUser: whose === "user",
    seconds: Math.ceil(hours * 3600),
    models: models && new Set(models),
  };
}

/** Redis, for as long as it answers: a question finds nothing and an answer is not kept while it does not. */
function openRedis(url: string, log: Host["log"]) {
  const redis = new Redis(url, {
    ...{ connectTimeout: 2_000, commandTimeout: patienceMs },
    enableOfflineQueue: false, // a question waits for its model and not for a connection
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 200, 5_000),
  });
  let told = false;
  redis.on("error", (error) => {
    if (!told) log.warn({ err: error }, "response-cache: Redis does not answer, so models do");
    told = true;
  });
  redis.on("ready", () => {
    if (told) log.info({}, "response-cache: Redis answers again");
    told = false;
  });
  let restsUntil = 0;
  async function whileThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (redis.status !== "ready" || performance.now() < restsUntil) return undefined;
    try {
      return await ask();
    } catch (error) {
      restsUntil = performance.now() + restMs;
      log.debug({ err: error }, "response-cache: Redis did not do it");
      return undefined;
    }
  }
  return {
    get: (key: string) => whileThere(() => redis.get(key)),
    set: (key: string, value: string, seconds: number) =>
      whileThere(() => redis.set(key, value, "EX", seconds)),
    close: () => redis.disconnect(),
  };
}

/** Everything that the answer may hang on, and who it is for. */
function keyOf(
  { model, messages, tools = [], settings = {}, userId = "" }: ModelRequest,
  perUser: boolean,
): string {
  const sorted = Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
  const asked = JSON.stringify([perUser ? userId : null, model, messages, tools, sorted]);
  return `skeleton:answer:1:${createHash("sha256").update(asked).digest("base64url")}`;
}

/** A kept answer; `undefined` for anything that is none. */
function readAnswer(text: string | null | undefined): readonly Batch[] | undefined {
  if (!text) return undefined;
  try {
    const batches: unknown = JSON.parse(text);
    const whole = Array.isArray(batches) && batches.length > 0 && batches.every(isBatch);
    return whole ? batches : undefined;
  } catch {
    return undefined;
  }
}

const isBatch = (batch: unknown) =>
  Array.isArray(batch) && batch.length > 0 && batch.every((event) => typeof event?.event === "string");

/** Hears an answer as it passes by. */
function hearing() {
  const batches: Batch[] = [];
  let bytes = 0;
  let toBeKept = true;
  let ended = false;
  return {
    hear(batch: Batch): void {
      for (const { event, data } of batch) {
        if (event === "tool_call") toBeKept = false;
        if (event === "finish") ended = data.reason === "stop";
      }
      if (!toBeKept) return;
      const kept = batch.filter(({ event }) => event !== "usage"); // nobody pays for it twice
      if (kept.length > 0) batches.push(kept);
      bytes += JSON.stringify(kept).length;
      if (bytes <= longestAnswer) return;
      toBeKept = false;
      batches.length = 0;
    },
    /** What is to be kept, if it is. */
    whole: () => (toBeKept && ended ? JSON.stringify(batches) : undefined),
  };
}

export default {
  role: "model",
  name: "response-cache",
  priority: 10,
  async create(host, below): Promise<Model> {
    const { url, perUser, seconds, models } = readSettings();
    const model = await below();
    const redis = openRedis(url, host.log);

    async function* ask(request: ModelRequest, key: string, signal: AbortSignal): AsyncGenerator<Batch> {
      const heard = hearing();
      for await (const batch of model.generate(request, signal)) {
        heard.hear(batch);
        yield batch;
      }
      const whole = heard.whole();
      if (whole !== undefined)
        host.background("response-cache", async () => void (await redis.set(key, whole, seconds)));
    }

    async function* answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<Batch> {
      signal.throwIfAborted();
      const { cache, ...settings } = request.settings ?? {}; // a model knows nothing of it
      const bare = { ...request, settings };
      if (models !== undefined && !models.has(request.model)) return yield* model.generate(bare, signal);
      const key = keyOf(bare, perUser);
      const known = request.fresh || cache === false ? undefined : readAnswer(await redis.get(key));
      if (known === undefined) return yield* ask(bare, key, signal);
      for (const batch of known) {
        signal.throwIfAborted();
        yield batch;
        await new Promise((resolve) => setImmediate(resolve)); // whoever else waits has a turn
      }
    }

    return {
      ...model,
      generate: answer,
      async shutdown() {
        redis.close();
      },
    };
  },
} satisfies CorePlugin<"model">;
