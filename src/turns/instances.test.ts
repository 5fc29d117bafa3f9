import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../test/support/redis.ts";
import {
  beside,
  closeAll,
  hear,
  newStore,
  open,
  type Script,
  saysAndWaits,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import { openRedisBus } from "../core/bus/redis/redis-bus.ts";
import type { CorePlugin } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { until } from "../testkit/until.ts";

const never = new AbortController().signal;
const textOf = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) => (event === "message_tokens" ? data.content : "")).join("");

/** What is measured comes in time, as soon as the machine has nothing else to do. */
async function quickly(measure: () => Promise<number>): Promise<void> {
  const tookMs: number[] = [];
  while (tookMs.length < 8) {
    tookMs.push(await measure());
    if ((tookMs.at(-1) ?? 0) < 200) return;
  }
  assert.fail(`${tookMs.join(", ")} ms`);
}

type Reading = AsyncIterator<{ readonly data: readonly string[] }>;

/** The words of one batch after the other that has any. */
const wordsOf = (reading: Reading) => async () => {
  for (;;) {
    const { value, done } = await reading.next();
    const words = done ? "" : textOf(value.data.map((line: string) => JSON.parse(line) as TurnEvent));
    if (done || words !== "") return words;
  }
};

/** What is told until these are the last words. @throws when it ends before. */
async function toldUntil(next: () => Promise<string>, end: string): Promise<string> {
  for (let told = ""; ; ) {
    const words = await next();
    told += words;
    if (told.endsWith(end)) return told;
    assert.notEqual(words, "", `it ended with ${told}`);
  }
}

/** What another instance runs, once Redis has it: until then it is told from the store, under ids that tell. */
async function watchedLive({ host }: Awaited<ReturnType<typeof open>>, turnId: string): Promise<Reading> {
  const bus = await host.get("bus");
  const log = await until("it is in Redis", () => bus.others?.read(`turn/${turnId}`, undefined, never));
  return log[Symbol.asyncIterator]();
}

describe("turns of several instances that share a Redis", {
  skip: skipWithoutRedis,
}, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.remove());
  afterEach(closeAll);

  const shared = (): CorePlugin<"bus"> => ({
    ...{ role: "bus", name: "shared", priority: 1 },
    create: (host) => openRedisBus(redis.url, host),
  });

  /** Two instances on one store; turns run on the first. @param seen how that one sees the store. */
  async function two(script: Script, seen: (store: Store) => Store = (store) => store) {
    const store = beside(newStore());
    const options = { newId: randomUUID, plugins: [shared()] };
    const here = await open(script, { ...options, store: seen(store) });
    // To one process only one instance belongs: this one would take the other for an earlier life of its own, and end its turns.
    const findAll: Store["findAll"] = async (name, ...query) =>
      name === "running_turns" ? [] : store.findAll(name, ...query);
    const there = await open(script, { ...options, store: { ...store, findAll } });
    const begin = () => here.turns.start({ kind: "message", userId, content: "Hi" });
    return { here, there, begin };
  }

  test("a turn is watched elsewhere as it comes, and resumed there with the ids that it has here", async () => {
    const go = Promise.withResolvers<void>();
    const { here, there, begin } = await two(async function* () {
      yield [tokens("one ")];
      await go.promise;
      yield [tokens("two")];
    });
    const { turnId } = await begin();
    await watchedLive(there, turnId);
    const reading = (await there.turns.read({ userId, turnId }, undefined, never))[Symbol.asyncIterator]();
    const first = await reading.next();
    assert.equal(first.value.firstId, 1);
    assert.match(first.value.data.join(), /one /);
    const rest = hear(there, turnId, 2);
    go.resolve();
    assert.equal(textOf(await rest), "two");
    assert.equal(textOf(await hear(here, turnId)), "one two");
    await reading.return?.();
    await assert.rejects(there.turns.read({ userId, turnId }, 77, never), { code: "cursor_lost" });
  });

  test("a stop reaches the instance that runs the turn within 200 ms", async () => {
    let stopped = Promise.withResolvers<number>();
    const script: Script = async function* (_turn, signal) {
      yield [tokens("said")];
      await new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          stopped.resolve(performance.now());
          reject(signal.reason);
        }),
      );
    };
    // It must not be the look at the store, once a second, that comes just in time.
    const { there, begin } = await two(script, (store) => ({ ...store, findAll: async () => [] }));
    await quickly(async () => {
      stopped = Promise.withResolvers();
      const { turnId } = await begin();
      const askedAt = performance.now();
      await there.turns.stop({ userId, turnId });
      const tookMs = (await stopped.promise) - askedAt;
      const { turn } = await there.turns.outcome({ userId, turnId }, never);
      assert.deepEqual([turn.state, turn.cutBy], ["interrupted", "reader"]);
      return tookMs;
    });
  });

  test("somebody else's stop reaches nobody", async () => {
    const { here, there, begin } = await two(async function* () {
      await sleep(300);
      yield [tokens("whole")];
    });
    const { turnId } = await begin();
    await assert.rejects(there.turns.stop({ userId: "eve", turnId }), { code: "turn_not_found" });
    assert.equal(textOf(await hear(here, turnId)), "whole");
  });

  test("an answer that was given elsewhere is heard within 200 ms", async () => {
    const { there, begin } = await two(async function* (turn) {
      await turn.consent({ callId: "c1", name: "send", arguments: "{}" });
      yield [tokens("sent")];
    });
    await quickly(async () => {
      const { turnId } = await begin();
      await until("it asks there", async () => (await there.turns.approvals(userId)).length);
      const heard = hear(there, turnId);
      const askedAt = performance.now();
      await there.turns.answer({ userId, turnId, callId: "c1" }, true);
      assert.equal(textOf(await heard), "sent");
      return performance.now() - askedAt;
    });
  });

  test("what happens in an account is told to its windows at every instance", async () => {
    const { here, there, begin } = await two(async function* () {});
    const topic = `account/${userId}`;
    const bus = await there.host.get("bus");
    bus.open(topic, { reach: "joint" });
    const { turnId } = await begin();
    await hear(here, turnId);
    const told: string[] = [];
    for await (const { data } of bus.read(topic, undefined, never)) {
      told.push(...data.map((line) => (JSON.parse(line) as { event: string }).event));
      if (told.includes("turn_ended")) break;
    }
    assert(told.indexOf("turn_started") < told.indexOf("turn_ended"), told.join());
  });

  test("a stop that comes while Redis is away reaches the turn by way of the store", async () => {
    const { here, there, begin } = await two(saysAndWaits("said"));
    const { turnId } = await begin();
    await redis.stop();
    await there.turns.stop({ userId, turnId });
    await hear(here, turnId);
    assert.equal((await here.turns.get({ userId, turnId })).cutBy, "reader");
    await redis.startAgain();
  });

  test("a Redis that is frozen holds up nobody beside the turn, and sends those elsewhere to the store", async () => {
    let say = Promise.withResolvers<void>();
    const { here, there, begin } = await two(async function* (_turn, signal) {
      signal.addEventListener("abort", () => say.resolve());
      for (let word = 1; !signal.aborted; word += 1) {
        yield [tokens(`${word} `)];
        await say.promise;
        say = Promise.withResolvers();
      }
    });
    const { turnId } = await begin();
    const near = wordsOf(
      (await here.turns.read({ userId, turnId }, undefined, never))[Symbol.asyncIterator](),
    );
    assert.equal(await near(), "1 ");
    const far = wordsOf(await watchedLive(there, turnId));
    assert.equal(await far(), "1 ");
    redis.pause();
    for (let word = 2; word < 10; word += 1) {
      say.resolve();
      assert.equal(await near(), `${word} `, "it waits for nobody");
    }
    await assert.rejects(far, { code: "cursor_lost" });
    const told = wordsOf((await there.turns.read({ userId, turnId }, 0, never))[Symbol.asyncIterator]());
    assert.equal(await told(), "1 2 3 4 5 6 7 8 9 ", "from its checkpoints");
    redis.resume();
    const live = wordsOf(await watchedLive(there, turnId));
    await toldUntil(live, "9 ");
    await there.turns.stop({ userId, turnId });
    await hear(here, turnId);
  });

  test("without Redis a turn elsewhere is told from the store, the one here as ever, and both heal", async () => {
    const { here, there, begin } = await two(async function* () {
      for (const word of ["a", "b", "c", "d"]) {
        await sleep(100);
        yield [tokens(word)];
      }
    });
    await redis.stop();
    const { turnId } = await begin();
    const [near, far] = await Promise.all([hear(here, turnId), hear(there, turnId)]);
    assert.deepEqual([textOf(near), textOf(far)], ["abcd", "abcd"]);
    await redis.startAgain();
    const next = await begin();
    await watchedLive(there, next.turnId);
    assert.equal(textOf(await hear(there, next.turnId)), "abcd");
  });

  test("a log that Redis lost in mid-answer is whole again with the next token", async () => {
    const lost = Promise.withResolvers<void>();
    const { there, begin } = await two(async function* () {
      yield [tokens("a")];
      yield [tokens("b")];
      await lost.promise;
      yield [tokens("c")];
      yield [tokens("d")];
    });
    const { turnId } = await begin();
    const before = wordsOf(await watchedLive(there, turnId));
    assert.equal(await toldUntil(before, "b"), "ab");
    const client = new (await import("ioredis")).Redis(redis.url);
    await client.flushall();
    client.disconnect();
    const third = await open(async function* () {}, {
      store: there.store,
      newId: randomUUID,
      plugins: [shared()],
    });
    lost.resolve();
    const whole = wordsOf(await watchedLive(third, turnId));
    assert.equal(await toldUntil(whole, "d"), "abcd", "for one who comes later");
    assert.equal(await toldUntil(before, "d"), "cd", "for one who was there");
  });
});
