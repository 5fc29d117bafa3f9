import assert from "node:assert/strict";
import { test } from "node:test";
import { hear, testHost } from "../../../test/support/model-host.ts";
import { modelContract } from "../../testkit/model-contract.ts";
import { answer } from "../../testkit/scripted-reply.ts";
import { startScriptedUpstream } from "../../testkit/scripted-upstream.ts";
import { createModelRouter, modelRouterPlugin } from "./plugin.ts";

modelContract("the router over an OpenAI-compatible endpoint", async (kind) => {
  const upstream = await startScriptedUpstream();
  upstream.script(() =>
    kind === "answers"
      ? answer("Good day to you.")
      : { steps: [{ tokens: ["Good", " day"] }, { stall: true }] },
  );
  const { host } = testHost({ openai_base_url: upstream.url });
  return {
    model: await createModelRouter(host),
    id: "alpha-large",
    stopped: async () => upstream.requests.at(-1)?.closed,
    close: () => upstream.close(),
  };
});

modelContract("the demo", async (kind) => {
  const { host } = testHost({ discover: false });
  let words = 0;
  const sleep = (_ms: number, signal: AbortSignal) =>
    kind === "answers" || ++words < 3
      ? Promise.resolve()
      : new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("slept badly")));
        });
  return { model: await createModelRouter(host, { sleep }), id: "demo", close: async () => {} };
});

test("answers are kept only where the configuration says so", async () => {
  const upstream = await startScriptedUpstream();
  const askTwice = async (models: object) => {
    const testing = testHost({ openai_base_url: upstream.url, ...models });
    const model = await modelRouterPlugin.create(testing.host, () => assert.fail("nothing is below"));
    const before = upstream.requests.length;
    for (const _ of [1, 2]) {
      assert.equal((await hear(model, { userId: "ada" })).text, "This is a scripted answer.");
      await testing.settled();
    }
    await model.shutdown?.();
    return upstream.requests.length - before;
  };
  assert.equal(await askTwice({}), 2);
  assert.equal(await askTwice({ cache: { scope: "user" } }), 1);
  assert.equal(await askTwice({ cache: { scope: "shared" } }), 1);
  await upstream.close();
});
