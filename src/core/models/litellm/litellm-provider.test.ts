import assert from "node:assert/strict";
import { test } from "node:test";
import { hear } from "../../../../test/support/model-host.ts";
import { infos, routersOn } from "../../../../test/support/model-router.ts";
import { answer, type ScriptedReply } from "../../../testkit/scripted-reply.ts";
import { startScriptedUpstream } from "../../../testkit/scripted-upstream.ts";

const openRouter = routersOn(startScriptedUpstream);

/** An endpoint as people write it: without `/v1`. */
const root = ({ url }: { url: string }) => url.replace(/\/v1$/, "");
const byEnvironment = (upstream: { url: string }) => ({
  litellm_endpoint: root(upstream),
  litellm_api_key: "sk-lite-secret ",
  list_ttl_ms: 0,
});

const entry = (name: string, info: object = {}, params: object = {}) => ({
  model_name: name,
  litellm_params: { model: `openai/${name}`, ...params },
  model_info: { id: `id-of-${name}`, ...info },
});
const priced = { input_cost_per_token: 0.000002, output_cost_per_token: 0.00001 };

test("endpoint and key of the environment make a provider that is asked as LiteLLM wants it", async () => {
  await using at = await openRouter(byEnvironment);
  at.first.modelInfo([
    entry("alpha-large", { mode: "chat", max_input_tokens: 128_000, litellm_provider: "openai" }),
  ]);
  const [alpha] = await infos(at.router);
  assert.deepEqual(alpha, { id: "alpha-large", provider: "openai", contextWindow: 128_000 });
  assert.equal((await hear(at.router, { userId: "ada" })).text, "This is a scripted answer.");
  assert.equal(at.first.listRequests.length, 0, "the plain list would tell nothing more");
  for (const { headers } of [...at.first.infoRequests, ...at.first.requests]) {
    assert.equal(headers["x-litellm-api-key"], "sk-lite-secret");
    assert.equal(headers.authorization, "Bearer sk-lite-secret");
    assert.equal(headers["x-litellm-tags"], undefined);
    assert.equal(headers["x-litellm-end-user-id"], undefined);
  }
  assert.equal(at.first.infoRequests[0]?.headers.accept, "application/json");
});

test("the provider of a model is told by the first of four places, else it is the proxy itself", async () => {
  await using at = await openRouter(byEnvironment);
  const info = { litellm_provider: "second" };
  at.first.modelInfo([
    entry("a", info, { custom_llm_provider: "first", litellm_provider: "third" }),
    entry("b", info, { litellm_provider: "third" }),
    { ...entry("c", {}, { litellm_provider: "third" }), litellm_provider: "fourth" },
    { ...entry("d"), litellm_provider: "fourth" },
    entry("e"),
  ]);
  assert.deepEqual(
    (await infos(at.router)).map(({ provider }) => provider),
    ["first", "second", "third", "fourth", "litellm", "demo"],
  );
});

test("only models that talk are offered; who does not say what it is talks", async () => {
  await using at = await openRouter(byEnvironment);
  const other = [
    "embedding",
    "image_generation",
    "audio_transcription",
    "rerank",
    "moderation",
    "completion",
  ];
  at.first.modelInfo([
    ...other.map((mode) => entry(mode, { mode })),
    entry("talks", { mode: "chat" }),
    entry("responds", { mode: "responses" }),
    entry("silent", { mode: null }),
    entry("bare"),
  ]);
  assert.deepEqual(await at.ids(), ["talks", "responds", "silent", "bare", "demo"]);
});

test("of several deployments under one name the smaller window holds, and a price that they share", async () => {
  await using at = await openRouter(byEnvironment);
  at.first.modelInfo([
    entry("same", { max_input_tokens: 200_000, ...priced }),
    entry("differs", priced),
    entry("same", { max_input_tokens: 128_000, ...priced }),
    entry("differs", { ...priced, output_cost_per_token: 1 }),
  ]);
  const [same, differs] = await infos(at.router);
  assert.deepEqual([same?.id, same?.contextWindow, differs?.id], ["same", 128_000, "differs"]);
  assert.ok((await hear(at.router, { model: "same" })).usage?.cost);
  assert.equal((await hear(at.router, { model: "differs" })).usage?.cost, undefined);
});

test("the cost of an answer: as it says itself, else as the head of a whole one says, else by the prices", async () => {
  await using at = await openRouter(byEnvironment);
  at.first.modelInfo([
    entry("alpha-large", priced),
    entry("free", { input_cost_per_token: 0, output_cost_per_token: 0 }),
  ]);
  await at.ids();
  const cost = async (reply: ScriptedReply, model = "alpha-large") => {
    at.first.script(reply);
    return (await hear(at.router, { model })).usage?.cost;
  };
  const header = { headers: { "x-litellm-response-cost": "0.25" } };
  const said = (usage: object) => ({
    steps: [
      { tokens: ["Hi"] },
      { finish: "stop" },
      { event: { choices: [], usage } },
      { done: true as const },
    ],
  });
  assert.equal(await cost(answer("two words")), 7 * 0.000002 + 2 * 0.00001);
  assert.equal(
    await cost({ ...answer("two words"), ...header }),
    7 * 0.000002 + 2 * 0.00001,
    "not in a stream",
  );
  assert.equal(await cost(said({ prompt_tokens: 1, completion_tokens: 1, cost: 0.5 })), 0.5);
  const whole = {
    choices: [{ message: { content: "Hi" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  };
  assert.equal(await cost({ body: whole, ...header }), 0.25);
  assert.equal(await cost({ body: whole, headers: { "x-litellm-response-cost": "None" } }), 0.000012);
  assert.equal(await cost(answer("two words"), "free"), undefined, "zeros stand for unknown prices too");
});

test("tags and the user's name go along with requests for answers where the configuration says so", async () => {
  await using at = await openRouter((upstream) => ({
    providers: {
      gateway: {
        type: "litellm",
        base_url: `${upstream.url}/`,
        send_user: true,
        tags: ["skeleton", "team:blue"],
      },
    },
  }));
  at.first.modelInfo([entry("alpha-large")]);
  await at.ids();
  await hear(at.router, { userId: "ada" });
  await hear(at.router, { userId: "jürgen schmidt" });
  await hear(at.router);
  assert.deepEqual(
    at.first.requests.map(({ headers }) => [headers["x-litellm-end-user-id"], headers["x-litellm-tags"]]),
    [
      ["ada", "skeleton,team:blue"],
      ["j%C3%BCrgen%20schmidt", "skeleton,team:blue"],
      [undefined, "skeleton,team:blue"],
    ],
  );
  assert.equal(at.first.infoRequests[0]?.headers["x-litellm-tags"], undefined);
});
