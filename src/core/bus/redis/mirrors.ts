import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "../../../lib/redis.ts";
import type { BusBatch, OtherInstances } from "../../../protocols/bus.ts";
import type { Beat } from "../beat.ts";
import { TopicLog } from "../topic-log.ts";
import { keyOf, parsed, type StreamEntry } from "./entry.ts";
import type { Follower } from "./follow-streams.ts";

/** A reader of a turn waits no longer than this for Redis before it is told from the store. */
const patienceMs = 500;
/** A cursor may be ahead of Redis for so long: whoever brings it has it from the instance that writes. */
const aheadMs = 500;
const lookAgainMs = 10;
/** How long a mirror is kept that nobody reads. */
const idleMs = 5_000;
/** How often it is looked whether Redis is there, and said what is read here. */
const lookMs = 1_000;
/** Redis is away when it has not answered for so many looks: a clock would take a process that was held up for a Redis that is. */
const mostUnanswered = 3;

type Mirror = {
  readonly log: TopicLog;
  /** Redis had its beginning. */
  readonly whole: boolean;
  readonly stop: () => void;
  readers: number;
};

/**
 * Topics of other instances, each followed once for all who read it here. While Redis is away nothing comes, so their readers
 * are told then that their cursor is lost, and are told from elsewhere when they come back.
 * @param tellRead tells the others that these topics are read here: whoever writes them copies them closely then.
 */
export function createMirrors(
  redis: Redis,
  follower: Follower,
  beat: Beat,
  tellRead: (topics: readonly string[]) => void,
): Pick<OtherInstances, "read"> & { close(): void } {
  const mirrors = new Map<string, Promise<Mirror | undefined>>();
  const loaded = new Map<string, Mirror>();
  let unanswered = 0;
  const looking = setInterval(() => {
    if (loaded.size === 0) return;
    unanswered += 1;
    if (unanswered > mostUnanswered) loseAll();
    redis.ping().then(answered, () => {}); // it counts as unanswered
    tellRead([...loaded.keys()]);
  }, lookMs).unref();

  function answered(): void {
    unanswered = 0;
  }

  function loseAll(): void {
    for (const [topic, mirror] of loaded) {
      forget(topic, mirror);
      mirror.log.lose();
    }
  }

  async function load(topic: string): Promise<Mirror | undefined> {
    const key = keyOf(topic);
    const entries: readonly StreamEntry[] = await redis.xrange(key, "-", "+");
    answered();
    const first = entries[0] && parsed(entries[0]);
    const last = entries.at(-1)?.[0];
    if (first === undefined || last === undefined || !("firstId" in first)) return undefined;
    const log = new TopicLog(beat, { firstId: first.firstId });
    const hear = (entry: StreamEntry) => {
      if (log.closed) return;
      take(log, entry);
      if (log.closed) forget(topic, mirror);
    };
    const stop = follower.follow(key, last, hear);
    const mirror: Mirror = { log, stop, whole: first.begins, readers: 0 };
    loaded.set(topic, mirror);
    tellRead([topic]);
    for (const entry of entries) hear(entry);
    forgetWhenIdle(topic, mirror);
    return mirror;
  }

  const mirrored = (topic: string): Promise<Mirror | undefined> => {
    const known = mirrors.get(topic);
    if (known !== undefined) return known;
    const loading = load(topic)
      .catch(() => undefined) // Redis is away
      .then((mirror) => {
        if (mirror === undefined || mirror.log.closed) mirrors.delete(topic);
        return mirror;
      });
    mirrors.set(topic, loading);
    return loading;
  };

  function forget(topic: string, { stop }: Mirror): void {
    stop();
    mirrors.delete(topic);
    loaded.delete(topic);
  }

  function forgetWhenIdle(topic: string, mirror: Mirror): void {
    setTimeout(() => {
      if (mirror.readers > 0 || mirror.log.closed) return;
      forget(topic, mirror);
      mirror.log.lose(); // for one that begins to read only now
    }, idleMs).unref();
  }

  async function* counted(
    topic: string,
    mirror: Mirror,
    batches: AsyncIterable<BusBatch>,
  ): AsyncGenerator<BusBatch, void> {
    mirror.readers += 1;
    try {
      yield* batches;
    } finally {
      mirror.readers -= 1;
      if (mirror.readers === 0) forgetWhenIdle(topic, mirror);
    }
  }

  return {
    async read(topic, after, signal) {
      const late = sleep(patienceMs, undefined, { ref: false });
      const mirror = await Promise.race([mirrored(topic), late]);
      if (mirror === undefined || (after === undefined && !mirror.whole)) return undefined;
      const { log } = mirror;
      const until = performance.now() + aheadMs;
      while (after !== undefined && after >= log.end && !log.closed && performance.now() < until)
        await sleep(lookAgainMs);
      return counted(topic, mirror, log.read(after, signal));
    },
    close: () => clearInterval(looking),
  };
}

/** Adds what the log does not have yet. A stream that goes on elsewhere was begun anew: nobody can go on with this one. */
function take(log: TopicLog, entry: StreamEntry): void {
  const batch = parsed(entry);
  if ("endedAfter" in batch) {
    if (batch.endedAfter === log.end - 1) log.close();
    else log.lose();
    return;
  }
  const known = log.end - batch.firstId;
  if (known < 0) log.lose();
  else if (known < batch.data.length) log.append(batch.data.slice(known));
}
