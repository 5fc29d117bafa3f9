import assert from "node:assert/strict";
import { test } from "node:test";
import { hear } from "../../../../test/support/model-host.ts";
import { infos, routersOn } from "../../../../test/support/model-router.ts";
import { refusal, type ScriptedReply } from "../../../testkit/scripted-reply.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../../testkit/scripted-upstream.ts";
import { endpoint } from "../openai/http-call.ts";
import { createLiteLLMProvider } from "./litellm-provider.ts";
import { modelsInInfo } from "./model-info.ts";

const openRouter = routersOn(startScriptedUpstream);
const config = ({ url }: ScriptedUpstream) => ({
  litellm_endpoint: url,
  litellm_api_key: "sk-lite-secret",
  list_ttl_ms: 0,
});

/** The provider alone: what it lists, and what it remarks on that. */
const open = (upstream: ScriptedUpstream, listTimeoutMs = 5000) =>
  createLiteLLMProvider({
    endpoint: endpoint({ name: "litellm", baseUrl: upstream.url, apiKey: "sk-lite-secret" }),
    timeouts: { connectMs: 5000, firstByteMs: 5000, idleMs: 5000 },
    listTimeoutMs,
    now: () => new Date(0),
    newId: () => "id",
    sendUser: false,
    tags: [],
  });
const list = async (provider: ReturnType<typeof open>) =>
  (await provider.listModels(new AbortController().signal)).map(({ id }) => id);

const page = "<html>Bad gateway</html>";
const hugeBody = `{"data":[],"more":"${"x".repeat(17 * 1024 * 1024)}"}`;

for (const [what, reply, reason] of [
  ["is not there", refusal(404, "Not Found"), /status 404/],
  ["fails", refusal(500, "No connected db."), /status 500: No connected db/],
  [
    "refuses the key for it",
    refusal(403, "Key sk-lite-secret may not call this route"),
    /may not call this route/,
  ],
  ["is a page", { body: page }, /tells of no models/],
  ["is another thing", { body: { detail: "what?" } }, /tells of no models/],
  ["is broken JSON", { body: '{"data": [{"model_name": "al' }, /tells of no models/],
  ["is huge", { body: hugeBody }, /longer than/],
] as const satisfies readonly (readonly [string, ScriptedReply, RegExp])[]) {
  test(`where /v1/model/info ${what}, the plain list counts, and that is remarked`, async () => {
    const upstream = await startScriptedUpstream();
    upstream.modelInfo(reply);
    upstream.models(["alpha-large", "openai/*"]);
    const provider = open(upstream);
    assert.deepEqual(await list(provider), ["alpha-large"], "a wildcard is no model");
    assert.match(provider.remark?.() ?? "", reason);
    assert.match(provider.remark?.() ?? "", /sizes, prices and kinds of models are not known/);
    assert.doesNotMatch(provider.remark?.() ?? "", /sk-lite-secret/);
    provider.shutdown?.();
    await upstream.close();
  });
}

test("where /v1/model/info is slow, the plain list counts", async () => {
  const upstream = await startScriptedUpstream();
  upstream.modelInfo({ stall: true });
  const provider = open(upstream, 200);
  assert.deepEqual(await list(provider), ["alpha-large", "beta-mini"]);
  assert.match(provider.remark?.() ?? "", /no answer for 0\.2 s/);
  provider.shutdown?.();
  await upstream.close();
});

test("what was known of the models holds on while there is only the plain list", async () => {
  await using at = await openRouter(config);
  const info = { max_input_tokens: 1000, mode: "chat", litellm_provider: "groq" };
  at.first.modelInfo([
    { model_name: "alpha-large", model_info: info },
    { model_name: "beta-mini", model_info: { mode: "embedding" } },
  ]);
  await at.ids();
  at.first.modelInfo(refusal(500, "down"));
  const [alpha, ...rest] = await infos(at.router);
  assert.deepEqual(alpha, { id: "alpha-large", provider: "groq", contextWindow: 1000 });
  assert.deepEqual(
    rest.map(({ id }) => id),
    ["demo"],
  );
});

test("what stands behind a wildcard is looked up in the plain list, and the wildcard itself is not offered", async () => {
  await using at = await openRouter(config);
  at.first.modelInfo([
    { model_name: "openai/*", model_info: { litellm_provider: "openai" } },
    { model_name: "named", model_info: { litellm_provider: "anthropic" } },
    { model_name: "openai/vectors", model_info: { mode: "embedding" } },
  ]);
  at.first.models(["named", "openai/*", "openai/gpt-x", "openai/vectors", "somebody/else"]);
  assert.deepEqual(
    (await infos(at.router)).map(({ id, provider }) => [id, provider]),
    [
      ["named", "anthropic"],
      ["openai/gpt-x", "openai"],
      ["demo", "demo"],
    ],
  );
  at.first.models(refusal(500, "down"));
  assert.deepEqual(await at.ids(), ["named", "demo"]);
});

test("who is not there is missed under the provider's name, with the reason, and comes back", async () => {
  await using at = await openRouter(config);
  at.first.modelInfo([{ model_name: "alpha-large" }]);
  await at.ids();
  await at.first.goAway();
  assert.deepEqual(await at.ids(), ["demo"]);
  assert.deepEqual(await at.router.listAbsent?.(), [
    { provider: "litellm", reason: "upstream_unreachable", models: ["alpha-large"] },
  ]);
  await at.first.comeBack();
  assert.deepEqual(await at.ids(), ["alpha-large", "demo"]);
});

test("a wrong key is refused in LiteLLM's words, without the key and what it is stored as", async () => {
  await using at = await openRouter(config);
  at.first.modelInfo([{ model_name: "alpha-large" }]);
  await at.ids();
  const hash = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b";
  at.first.script(refusal(401, `Invalid proxy server token. Received sk-lite-secret, hash =${hash}`));
  const { error } = await hear(at.router);
  assert.equal(error?.code, "upstream_refused");
  assert.match(error?.message ?? "", /Invalid proxy server token/);
  assert.match(error?.hint ?? "", /API key of litellm/);
  assert.doesNotMatch(`${error?.message}`, /sk-lite|88dc28/);
});

const budgetSpent = (status: number, message: string, type: string): ScriptedReply => ({
  ...refusal(status, message),
  body: { error: { message, type, param: null, code: String(status) } },
});

for (const [how, reply] of [
  [
    "in words",
    budgetSpent(400, "Budget has been exceeded! Current cost: 5.2, Max budget: 5.0", "bad_request_error"),
  ],
  ["in other words", budgetSpent(400, "ExceededBudget: End User=ada over budget. Spend=2", "auth_error")],
  ["for a deployment", budgetSpent(429, "No deployments available - crossed budget: gpt", "None")],
  ["by its type", budgetSpent(429, "Please ask the AI team for more.", "budget_exceeded")],
] as const)
  test(`a budget that is spent is not asked for again, and the reader is told what helps: ${how}`, async () => {
    await using at = await openRouter(config);
    at.first.modelInfo([{ model_name: "alpha-large" }]);
    await at.ids();
    at.first.script(reply);
    const { error } = await hear(at.router);
    assert.equal(error?.code, "upstream_budget");
    assert.match(error?.message ?? "", /litellm refused with status 4/);
    assert.match(error?.hint ?? "", /budget raised at litellm/);
    assert.equal(at.first.requests.length, 1);
  });

test("entries that lack something, or are something else, take nothing from the others", () => {
  const ids = (answer: unknown) => modelsInInfo(answer)?.map(({ id }) => id);
  const odd = { model_name: "odd", litellm_params: "?", model_info: { max_input_tokens: "1000", mode: 7 } };
  assert.deepEqual(ids({ data: [null, 7, "x", {}, { model_name: "" }, { model_name: 3 }, odd] }), ["odd"]);
  assert.equal(modelsInInfo({ data: [odd] })?.[0]?.contextWindow, undefined);
  assert.deepEqual(ids([{ id: "a" }, { name: "b" }, { model_name: "c", id: "d" }]), ["a", "b", "c"]);
  assert.deepEqual(ids({ model_name: "single" }), ["single"]);
  assert.deepEqual(ids({ data: [] }), []);
  for (const nothing of [undefined, null, "x", 7, {}, { data: null }, { error: { message: "no" } }]) {
    assert.equal(modelsInInfo(nothing), undefined);
  }
});
