import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import { freePort } from "../../test/support/debian-server.ts";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../test/support/redis.ts";
import { testHost } from "../testkit/test-host.ts";
import { connectRedis } from "./redis.ts";

const { log } = testHost();

test("a Redis that is not there is named without its password", async () => {
  const port = await freePort();
  await assert.rejects(connectRedis(`redis://me:s3cret@127.0.0.1:${port}/2`, "test", log), (error: Error) => {
    assert.equal((error as NodeJS.ErrnoException).code, "config_invalid");
    assert.match(error.message, new RegExp(`redis://\\(hidden\\)@127.0.0.1:${port}/2: .*ECONNREFUSED`));
    assert.doesNotMatch(`${error.stack}${String(error.cause)}`, /s3cret/);
    return true;
  });
});

describe("with a Redis", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.remove());

  test("a wrong password is told, and not shown", async () => {
    await assert.rejects(
      connectRedis(`redis://:wr0ng@127.0.0.1:${redis.port}`, "test", log),
      (error: Error) => {
        assert.match(error.message, /WRONGPASS/);
        assert.doesNotMatch(error.message, /wr0ng/);
        return true;
      },
    );
  });

  test("a command that is on its way when the connection breaks fails, and the next ones work again", async () => {
    const client = await connectRedis(redis.url, "test", log, { blocks: true });
    const other = await connectRedis(redis.url, "other", log);
    try {
      const fails = assert.rejects(client.blpop("nothing", 0));
      const readyAgain = once(client, "ready");
      await other.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      await fails;
      await readyAgain;
      assert.equal(await client.ping(), "PONG");
    } finally {
      client.disconnect();
      other.disconnect();
    }
  });
});
