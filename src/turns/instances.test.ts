import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../test/support/redis.ts";
import {
  closeAll,
  hear,
  newStore,
  open,
  type Script,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import { openRedisBus } from "../core/bus/redis/redis-bus.ts";
import type { CorePlugin } from "../protocols/plugin.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";

const never = new AbortController().signal;
const textOf = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) => (event === "message_tokens" ? data.content : "")).join("");

describe("turns of several instances that share a Redis", { skip: skipWithoutRedis, timeout: 30_000 }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.remove());
  afterEach(closeAll);

  /** Two instances on one store; turns run on the first. */
  async function two(script: Script) {
    const shared: CorePlugin<"bus"> = {
      ...{ role: "bus", name: "shared", priority: 1 },
      create: (host) => openRedisBus(redis.url, host),
    };
    const options = { store: newStore(), newId: randomUUID, plugins: [shared] };
    const [here, there] = [await open(script, options), await open(script, options)];
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
    await sleep(50);
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

  test("a stop reaches the instance that runs the turn", async () => {
    const stopped = Promise.withResolvers<void>();
    const { there, begin } = await two(async function* (_turn, signal) {
      yield [tokens("said")];
      await new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => {
          stopped.resolve();
          reject(signal.reason);
        }),
      );
    });
    const { turnId } = await begin();
    await there.turns.stop({ userId, turnId });
    await stopped.promise; // nothing but the word through Redis stops it
    const { turn } = await there.turns.outcome({ userId, turnId }, never);
    assert.deepEqual([turn.state, turn.cutBy], ["interrupted", "reader"]);
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

  test("answers that were given elsewhere are heard, and not only found when they are looked for", async () => {
    const calls = ["c1", "c2", "c3", "c4", "c5", "c6"];
    const { there, begin } = await two(async function* (turn) {
      for (const callId of calls) await turn.consent({ callId, name: "send", arguments: "{}" });
      yield [tokens("sent")];
    });
    const { turnId } = await begin();
    const heard = hear(there, turnId);
    const begunAt = performance.now();
    for (const callId of calls) {
      while (!(await there.turns.approvals(userId)).some((one) => one.callId === callId)) await sleep(5);
      await there.turns.answer({ userId, turnId, callId }, true);
    }
    assert.equal(textOf(await heard), "sent");
    const tookMs = performance.now() - begunAt; // 100 ms, and a second for each that is looked for
    assert(tookMs < 5_000, `${tookMs} ms`);
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
    await sleep(1_200); // the longest pause between two attempts to connect
    const next = await begin();
    await sleep(150);
    const log = await (await there.host.get("bus")).others?.read(`turn/${next.turnId}`, undefined, never);
    assert(log, "it is in Redis again");
    assert.equal(textOf(await hear(there, next.turnId)), "abcd");
  });

  test("a log that Redis lost in mid-answer is whole again with the next token", async () => {
    const { there, begin } = await two(async function* () {
      for (const word of ["a", "b", "c", "d"]) {
        await sleep(60);
        yield [tokens(word)];
      }
    });
    const { turnId } = await begin();
    await sleep(100);
    const client = new (await import("ioredis")).Redis(redis.url);
    await client.flushall();
    client.disconnect();
    await sleep(100);
    const log = await (await there.host.get("bus")).others?.read(`turn/${turnId}`, undefined, never);
    assert(log);
    const lines: string[] = [];
    for await (const { data } of log) lines.push(...data);
    assert.equal(textOf(lines.map((line) => JSON.parse(line) as TurnEvent)), "abcd");
  });
});
