import { setTimeout as sleep } from "node:timers/promises";
import { handEach } from "../../../lib/hand-over.ts";
import type { Redis } from "../../../lib/redis.ts";
import type { Bus, BusBatch } from "../../../protocols/bus.ts";
import { entryId, keyOf, written, writtenEnd } from "./entry.ts";
import { newestPart } from "./newest-part.ts";
import type { Pace } from "./pace.ts";

const retryMs = 250;
/** How long a stream is kept that nobody writes and nobody has ended: its instance is gone, or waits for its user. */
const keepSilentMs = 3_600_000;
const renewMs = 60_000;
/** So many characters of a topic are in Redis at most, the newest: an answer of 60,000 tokens. */
const mostKept = 8 * 1024 ** 2;

type Topic = {
  readonly name: string;
  /** How long its stream is kept after its end. */
  readonly keepClosedMs: number;
  readonly pace: Pace;
};

/**
 * Copies a topic of this process to a Redis Stream until it is closed. It is a reader of the log like any other, with one
 * batch on its way: while Redis is slow or away, what comes waits in the log, where it is anyway. A stream that is gone
 * (Redis was emptied, or lost what it had) is written anew from the log. What has grown too long loses its beginning.
 * @param signal ends it at once; the topic is gone, then.
 * @param most how much of it is in Redis at most, in characters. Default 8 Mi.
 */
export async function publishTopic(
  redis: Redis,
  bus: Bus,
  topic: Topic,
  signal: AbortSignal,
  most = mostKept,
): Promise<void> {
  const key = keyOf(topic.name);
  let begun = false;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const part = newestPart(most);

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

  /** @param gone the last id that is let go of for it. */
  async function put(batch: BusBatch, gone: number | undefined): Promise<void> {
    if (!(begun && (await add(batch, gone)))) await putWhole();
    const now = performance.now();
    if (now - renewedAt < renewMs) return;
    await redis.pexpire(key, keepSilentMs);
    renewedAt = now;
  }

  /** @returns nothing where there is no stream to add it to. */
  const add = (batch: BusBatch, gone: number | undefined): Promise<string | null> =>
    gone === undefined
      ? redis.xadd(key, "NOMKSTREAM", ...written(batch))
      : redis.xadd(key, "NOMKSTREAM", "MINID", "=", entryId(gone + 1), ...written(batch));

  /** What another instance may have left there is in this log, too, under other ids. */
  async function putWhole(): Promise<void> {
    const { done, value } = await bus.read(topic.name, undefined, signal)[Symbol.asyncIterator]().next();
    if (done) return;
    const kept = part.of(value);
    const replies = await redis
      .multi()
      .del(key)
      .xadd(key, ...written(kept, kept.firstId === value.firstId))
      .pexpire(key, keepSilentMs)
      .exec();
    for (const [error] of replies ?? []) if (error) throw error;
    begun = true;
  }

  let lastId = 0;
  await handEach(bus.read(topic.name, undefined, signal)[Symbol.asyncIterator](), async (batch) => {
    lastId = batch.firstId + batch.data.length - 1;
    const gone = part.add(batch);
    await insist(() => put(batch, gone));
    await topic.pace.next();
  });
  if (begun)
    await insist(async () => {
      await redis.xadd(key, "NOMKSTREAM", ...writtenEnd(lastId));
      await redis.pexpire(key, topic.keepClosedMs);
    });
}
