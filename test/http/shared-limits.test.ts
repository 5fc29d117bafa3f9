import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { skipWithoutRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const search = "/api/v1/search?q=x";

describe("rate limits of two servers that share a Redis", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  let servers: readonly TestServer[];
  before(async () => {
    redis = await startRedis();
    const limits = { rate_limits: { enabled: true, search: { points: 3, seconds: 600 } } };
    servers = await Promise.all([1, 2].map(() => startTestServer({ redis_url: redis.url, ...limits })));
  });
  after(async () => {
    for (const server of servers) await server.close();
    await redis.remove();
  });
  const statusOf = async (server: TestServer | undefined) => (await server?.as("ada")(search))?.status;

  test("are counted together; while Redis is away each counts for itself, and nothing fails", async () => {
    const [one, two] = servers;
    assert.deepEqual([await statusOf(one), await statusOf(two), await statusOf(one)], [200, 200, 200]);
    assert.deepEqual([await statusOf(one), await statusOf(two)], [429, 429]);
    await redis.stop();
    assert.equal(await statusOf(two), 200);
    await redis.startAgain();
  });
});
