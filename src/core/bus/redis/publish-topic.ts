import { setTimeout as sleep } from "node:timers/promises";
import { handEach } from "../../../lib/hand-over.ts";
import type { Redis } from "../../../lib/redis.ts";
import type { Bus, BusBatch } from "../../../protocols/bus.ts";
import { keyOf, written, writtenEnd } from "./entry.ts";

const retryMs = 250;
/** How long a stream is kept that nobody writes and nobody has ended: its instance is gone, or waits for its user. */
const keepSilentMs = 3_600_000;
const renewMs = 60_000;

type Topic = {
  readonly name: string;
  /** How long its stream is kept after its end. */
  readonly keepClosedMs: number;
};

/**
 * Copies a topic of this process to a Redis Stream until it is closed. It is a reader of the log like any other, with one
 * batch on its way: while Redis is slow or away, what comes waits in the log, where it is anyway. A stream that is gone
 * (Redis was emptied, or lost what it had) is written anew from the log.
 * @param signal ends it at once; the topic is gone, then.
 */
export async function publishTopic(redis: Redis, bus: Bus, topic: Topic, signal: AbortSignal): Promise<void> {
  const key = keyOf(topic.name);
  let begun = false;
  let renewedAt = Number.NEGATIVE_INFINITY;

  /** Until Redis takes it. A stream that has come further was taken over: another instance runs the turn by now. */
  async function insist(step: () => Promise<unknown>): Promise<void> {
    while (!signal.aborted) {
      try {
        await step();
        return;
      } catch (error) {
        if (/equal or smaller/.test((error as Error).message)) return;
        await sleep(retryMs, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  }

  async function put(batch: BusBatch): Promise<void> {
    const added = begun && (await redis.xadd(key, "NOMKSTREAM", ...written(batch)));
    if (!added) await putWhole();
    const now = performance.now();
    if (now - renewedAt < renewMs) return;
    await redis.pexpire(key, keepSilentMs);
    renewedAt = now;
  }

  /** What another instance may have left there is in this log, too, under other ids. */
  async function putWhole(): Promise<void> {
    const { done, value } = await bus.read(topic.name, undefined, signal)[Symbol.asyncIterator]().next();
    if (done) return;
    const replies = await redis
      .multi()
      .del(key)
      .xadd(key, ...written(value))
      .pexpire(key, keepSilentMs)
      .exec();
    for (const [error] of replies ?? []) if (error) throw error;
    begun = true;
  }

  let lastId = 0;
  await handEach(bus.read(topic.name, undefined, signal)[Symbol.asyncIterator](), async (batch) => {
    lastId = batch.firstId + batch.data.length - 1;
    await insist(() => put(batch));
  });
  if (begun)
    await insist(async () => {
      await redis.xadd(key, "NOMKSTREAM", ...writtenEnd(lastId));
      await redis.pexpire(key, topic.keepClosedMs);
    });
}
