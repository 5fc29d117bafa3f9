import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { connectRedis } from "../../../lib/redis.ts";
import { busContract } from "../../../testkit/bus-contract.ts";
import { sharedBusContract } from "../../../testkit/shared-bus-contract.ts";

import { testHost } from "../../../testkit/test-host.ts";
import { until } from "../../../testkit/until.ts";
import { Beat } from "../beat.ts";
import { memoryBus } from "../memory-bus.ts";
import { keyOf } from "./entry.ts";
import { followStreams } from "./follow-streams.ts";
import { createMirrors } from "./mirrors.ts";
import { Pace } from "./pace.ts";
import { publishTopic } from "./publish-topic.ts";
import { openRedisBus } from "./redis-bus.ts";

describe("the bus on Redis", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.remove());
  const { log, newId } = testHost();
  const open = () => openRedisBus(redis.url, { log, newId });

  busContract("as a bus", open);
  sharedBusContract("as one bus of several instances", open);

  test("of a topic that has grown too long Redis has the newest part, and no reader is told that as the whole", async () => {
    const [client, here, there] = [await connectRedis(redis.url, "test", log), memoryBus(), await open()];
    const [over, never] = [new AbortController(), new AbortController().signal];
    const line = JSON.stringify("x".repeat(98));
    here.open("long");
    const pace = new Pace();
    pace.finish();
    const topic = { name: "long", keepClosedMs: 1_000, pace };
    const copying = publishTopic(client, here, topic, over.signal, 1_000);
    const last = async () => (await client.xrevrange(keyOf("long"), "+", "-", "COUNT", 1))[0]?.[0];
    for (let id = 1; id <= 50; id += 1) {
      here.append("long", [line]);
      await until(`${id} is in Redis`, async () => (await last()) === `${id}-0`);
    }
    assert.equal(await client.xlen(keyOf("long")), 10);
    assert.equal(await there.others?.read("long", undefined, never), undefined);
    await assert.rejects(there.others?.read("long", 30, never) ?? Promise.resolve(), { code: "cursor_lost" });
    for await (const { firstId } of (await there.others?.read("long", 45, never)) ?? []) {
      assert.equal(firstId, 46);
      break;
    }
    await client.del(keyOf("long"));
    here.append("long", [line]);
    await until("51 is in Redis", async () => (await last()) === "51-0");
    assert.equal((await client.xrange(keyOf("long"), "-", "+"))[0]?.[1][1]?.split("\n").length, 10);
    over.abort();
    await copying;
    client.disconnect();
    await there.shutdown?.();
    await here.shutdown?.();
  });

  test("what nobody reads elsewhere is copied in pieces, and is there whole at its end", async () => {
    const [client, here] = [await connectRedis(redis.url, "test", log), await open()];
    const entries = () => client.xrange(keyOf("unread"), "-", "+");
    here.open("unread", { reach: "followed" });
    for (let id = 1; id <= 100; id += 1) {
      here.append("unread", [`${id}`]);
      await sleep(1);
    }
    here.close("unread");
    await until("its end is in Redis", async () => (await entries()).at(-1)?.[0] === "100-1");
    const copied = await entries();
    assert(copied.length < 20, `${copied.length} entries`); // a first one, one or two in half a second, and the end
    assert.deepEqual(
      copied.slice(0, -1).flatMap(([, [, text]]) => text?.split("\n")),
      Array.from({ length: 100 }, (_, index) => `${index + 1}`),
    );
    client.disconnect();
    await here.shutdown?.();
  });

  test("what is read elsewhere is copied line by line, for as long as it is read", async () => {
    const [here, there] = [await open(), await open()];
    here.open("read", { reach: "followed" });
    here.append("read", ["1"]);
    const never = new AbortController().signal;
    const log = await until("it is there", () => there.others?.read("read", undefined, never));
    const reading = log[Symbol.asyncIterator]();
    assert.deepEqual((await reading.next()).value, { firstId: 1, data: ["1"] });
    await sleep(3_500); // longer than a reader counts that is heard once
    const begun = performance.now();
    for (let id = 2; id <= 31; id += 1) {
      here.append("read", [`${id}`]);
      assert.deepEqual((await reading.next()).value, { firstId: id, data: [`${id}`] });
    }
    const ms = performance.now() - begun;
    assert(ms < 7_500, `${ms} ms`); // 15 s, where each waits half a second
    for (const bus of [here, there]) await bus.shutdown?.();
  });

  test("that a topic is read is told as soon as its reader has it", async (t) => {
    const [commands, waiting, here] = [
      await connectRedis(redis.url, "test", log),
      await connectRedis(redis.url, "test", log, { blocks: true }),
      await open(),
    ];
    const over = new AbortController();
    const follower = followStreams(waiting, commands, newId());
    const following = follower.run(over.signal);
    const told: string[] = [];
    const mirrors = createMirrors(commands, follower, new Beat(), (topics) => told.push(...topics));
    t.after(async () => {
      over.abort();
      mirrors.close();
      for (const client of [commands, waiting]) client.disconnect();
      await following;
      await here.shutdown?.();
    });
    here.open("told", { reach: "followed" });
    here.append("told", ["1"]);
    await until("it is in Redis", () => commands.exists(keyOf("told")));
    await mirrors.read("told", undefined, over.signal);
    assert.deepEqual(told, ["told"]);
  });
});
