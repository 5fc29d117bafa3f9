import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Model, ModelRequest } from "../../src/protocols/model.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import { type TestHost, testHost } from "../../src/testkit/test-host.ts";
import { until } from "../../src/testkit/until.ts";
import { freePort } from "../../test/support/debian-server.ts";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../test/support/redis.ts";
import responseCache from "./response-cache.ts";

/** Says how often it was asked; what it is asked to do may be another thing. */
function counting() {
  const asked: ModelRequest[] = [];
  const model: Model = {
    listModels: async () => ["m"],
    async *generate(request) {
      asked.push(request);
      const [{ content = "" } = {}] = request.messages;
      yield [{ event: "message_tokens", data: { content: `${asked.length}`, model: "m" } }];
      if (content === "call") yield [{ event: "tool_call", data: { id: "1", name: "t", arguments: "{}" } }];
      yield [
        { event: "usage", data: { total_tokens: 7 } },
        { event: "finish", data: { reason: "stop", model: "m" } },
      ];
    },
  };
  return { model, asked };
}

async function open(url: string) {
  const { model: scripted, asked } = counting();
  process.env.REDIS_URL = url;
  const below: CorePlugin<"model"> = { role: "model", name: "scripted", create: () => scripted };
  const host: TestHost = testHost({ plugins: [below, responseCache] });
  const model = await host.get("model");
  delete process.env.REDIS_URL;
  return {
    asked,
    async ask(content: string, more: Partial<ModelRequest> = {}) {
      const request = { model: "m", messages: [{ role: "user" as const, content }], userId: "ada", ...more };
      return (await Array.fromAsync(model.generate(request, new AbortController().signal))).flat();
    },
    close: () => host.shutdown(),
  };
}

test("where no Redis answers models do", async () => {
  const at = await open(`redis://127.0.0.1:${await freePort()}`);
  for (const _ of [1, 2]) assert.equal((await at.ask("Why?")).at(-1)?.event, "finish");
  assert.equal(at.asked.length, 2);
  await at.close();
});

describe("with Redis", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis.remove());

  test("the same question has the same answer; another one, another user's or a call of a tool has its own", async () => {
    const at = await open(redis.url);
    const said = async (...question: Parameters<typeof at.ask>) => {
      const [first] = await at.ask(...question);
      return first?.event === "message_tokens" ? first.data.content : assert.fail();
    };
    // It is connected, and what is kept is there, in a moment nobody waits for.
    let before = await said("Why?");
    await until("what is kept is told", async () => {
      const last = before;
      before = await said("Why?");
      return before === last;
    });
    assert.ok((await at.ask("Why?")).every(({ event }) => event !== "usage"));
    for (const other of [["Why not?"], ["Why?", { userId: "bob" }], ["Why?", { fresh: true }]] as const)
      assert.notEqual(await said(...(other as unknown as Parameters<typeof said>)), before);
    assert.notEqual(await said("call"), await said("call"));
    await at.close();
  });
});
