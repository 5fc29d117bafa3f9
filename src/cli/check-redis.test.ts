import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { freePort } from "../../test/support/debian-server.ts";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../test/support/redis.ts";
import { connectRedis, type Redis } from "../lib/redis.ts";
import { testHost } from "../testkit/test-host.ts";
import { checkRedis } from "./check-redis.ts";

const look = (redis_url?: string) =>
  checkRedis(testHost({ config: redis_url === undefined ? {} : { redis_url } }));

test("without a Redis there is nothing to look at, and one that is away fails without its password", async () => {
  assert.deepEqual(await look(), []);
  const [{ ok, detail } = assert.fail()] = await look(`redis://me:s3cret@127.0.0.1:${await freePort()}/0`);
  assert.equal(ok, false);
  assert.match(detail, /cannot be used at redis:\/\/\(hidden\)@127.*\n +Start Redis, or set REDIS_URL/);
});

describe("with a Redis", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  let admin: Redis;
  before(async () => {
    redis = await startRedis();
    admin = await connectRedis(redis.url, "test", testHost().log);
  });
  after(async () => {
    admin.disconnect();
    await redis.remove();
  });
  const found = async (url = redis.url) => (await look(url))[0] ?? assert.fail("it was not looked at");

  test("one that can be used tells its version and how soon it answers, and keeps nothing", async () => {
    assert.deepEqual({ ...(await found()), detail: "" }, { name: "redis", ok: true, detail: "" });
    assert.match((await found()).detail, /^Redis \d+\.\d+\.\d+ answers within \d+\.\d ms$/);
    assert.equal(await admin.dbsize(), 0);
  });

  test("what may hurt later is said", async () => {
    await admin.config("SET", "maxmemory", "100mb");
    await admin.config("SET", "maxmemory-policy", "allkeys-lru");
    await admin.config("SET", "appendonly", "yes");
    const { ok, detail } = await found();
    assert.equal(ok, true);
    assert.match(
      detail,
      /; when its memory is full .*\(maxmemory-policy allkeys-lru\).*; it writes every token/,
    );
    await admin.config("SET", "appendonly", "no");
    await admin.config("SET", "maxmemory-policy", "noeviction");
    assert.match((await found()).detail, / ms$/);
    await admin.config("SET", "maxmemory", "0");
  });

  test("one that takes no writes fails, in its own words and with what to do", async () => {
    await admin.config("SET", "maxmemory", "1");
    const full = await found();
    await admin.config("SET", "maxmemory", "0");
    await admin.call("ACL", "SETUSER", "reader", "on", ">r", "~*", "+@read", "+@connection", "+info");
    const reader = await found(redis.url.replace(":p-ss-w-rd", "reader:r"));
    await admin.call("REPLICAOF", "127.0.0.1", "1");
    const replica = await found();
    await admin.call("REPLICAOF", "NO", "ONE");
    for (const [{ ok, detail }, text] of [
      [full, /OOM.*\n.*maxmemory/],
      [reader, /NOPERM.*\n.*skeleton:\*/],
      [replica, /READONLY.*\n.*primary/],
    ] as const) {
      assert.equal(ok, false, detail);
      assert.match(detail, text);
    }
  });
});
