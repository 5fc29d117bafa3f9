import { after, before, describe } from "node:test";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { busContract } from "../../../testkit/bus-contract.ts";
import { sharedBusContract } from "../../../testkit/shared-bus-contract.ts";
import { testHost } from "../../../testkit/test-host.ts";
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
});
