import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { connectRedis } from "../../../lib/redis.ts";
import { busContract } from "../../../testkit/bus-contract.ts";
import { sharedBusContract } from "../../../testkit/shared-bus-contract.ts";

import { testHost } from "../../../testkit/test-host.ts";
import { until } from "../../../testkit/until.ts";
import { memoryBus } from "../memory-bus.ts";
import { keyOf } from "./entry.ts";
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
    const copying = publishTopic(client, here, { name: "long", keepClosedMs: 1_000 }, over.signal, 1_000);
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
});
