import { connectRedis } from "../../../lib/redis.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import type { KeptAnswers } from "./kept-answers.ts";

/** How long Redis may keep a question from its model. */
const usualPatienceMs = 300;

/** How long it is not asked after it did not answer: one question in that time waits for it, and not every one. */
const restMs = 5_000;

type Options = { readonly ttlMs: number; readonly log: Logger; readonly patienceMs?: number };

/** Answers in Redis, for all instances, which forgets them by itself. @throws `config_invalid` when it cannot be used. */
export async function redisAnswers(
  url: string,
  { ttlMs, log, patienceMs = usualPatienceMs }: Options,
): Promise<KeptAnswers> {
  const redis = await connectRedis(url, "answers", log, { patienceMs });
  let restsUntil = 0;
  /** `undefined` while it does not answer. */
  async function whileThere<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (redis.status !== "ready" || performance.now() < restsUntil) return undefined;
    try {
      return await ask();
    } catch (error) {
      restsUntil = performance.now() + restMs;
      log.warn({ err: error, restMs }, "models: Redis does not keep answers, so models are asked");
      return undefined;
    }
  }
  return {
    get: async (key) => (await whileThere(() => redis.get(key))) ?? undefined,
    set: async (key, text) => void (await whileThere(() => redis.set(key, text, "PX", ttlMs))),
    close: () => redis.disconnect(),
  };
}
