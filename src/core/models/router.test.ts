import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelInfo } from "../../protocols/model.ts";
import { answer, refusal } from "../../testkit/scripted-reply.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../testkit/scripted-upstream.ts";
import { createModelRouter, type RouterOptions } from "./plugin.ts";
import { hear, testHost } from "./test-host.ts";

/** A router, closed at the end with its upstreams. */
async function open(
  models: (...upstreams: ScriptedUpstream[]) => Record<string, unknown>,
  options: RouterOptions & { upstreams?: number; port?: number } = {},
) {
  const { upstreams: count = 1, port = 0, ...rest } = options;
  const upstreams = await Promise.all(Array.from({ length: count }, () => startScriptedUpstream()));
  const testing = testHost(models(...upstreams), port);
  const router = await createModelRouter(testing.host, {
    sleep: async () => {},
    listTimeoutMs: 200,
    ...rest,
  });
  return {
    ...testing,
    router,
    upstreams,
    first: upstreams[0] as ScriptedUpstream,
    ids: async () => (await infos(router)).map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      await router.shutdown?.();
      await testing.settled();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}

const infos = async (router: { listModels(): Promise<readonly (string | ModelInfo)[]> }) =>
  (await router.listModels()) as readonly ModelInfo[];

const two = (a: ScriptedUpstream, b: ScriptedUpstream) => ({
  providers: { one: { base_url: a.url }, two: { base_url: b.url } },
});

test("S-18: lists the upstream's models in its order, the demo last", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url }));
  at.first.models(["zeta", "alpha", "mid"]);
  assert.deepEqual(await at.ids(), ["zeta", "alpha", "mid", "demo"]);
  const demo = (await infos(at.router)).at(-1);
  assert.equal(demo?.provider, "demo");
  assert.match(demo?.description ?? "", /scripted.*offline/);
});

test("merges providers in the configuration's order, the environment's last; a name that is taken gets a prefix", async () => {
  await using at = await open(
    (a, b, c) => ({
      providers: { one: { base_url: a.url, prefix: "x-" }, two: { base_url: b.url } },
      openai_base_url: c.url,
    }),
    { upstreams: 3 },
  );
  at.upstreams[0]?.models(["m"]);
  at.upstreams[1]?.models(["m", "n", "n"]);
  at.upstreams[2]?.models(["n", "x-m"]);
  assert.deepEqual(await at.ids(), ["x-m", "m", "n", "openai/n", "openai/x-m", "demo"]);
  await hear(at.router, { model: "openai/n" });
  assert.equal(at.upstreams[2]?.requests[0]?.body.model, "n");
  const heard = await hear(at.router, { model: "x-m" });
  assert.equal(at.upstreams[0]?.requests[0]?.body.model, "m");
  assert.deepEqual(heard.events[0]?.data, { content: "This ", model: "x-m" });
});

test("a dead provider hides its own models only, says so once, and comes back", async () => {
  await using at = await open(two, { upstreams: 2 });
  at.first.models(["gone"]);
  await at.first.goAway();
  assert.deepEqual(await at.ids(), ["alpha-large", "beta-mini", "demo"]);
  at.advance(60_000);
  await at.ids();
  await at.settled();
  const warnings = at.lines.filter(({ level }) => level === "warn");
  assert.equal(warnings.length, 1);
  assert.match(JSON.stringify(warnings), /"provider":"one".*upstream_unreachable/);
  await at.first.comeBack();
  at.advance(60_000);
  await at.ids();
  await at.settled();
  assert.deepEqual(await at.ids(), ["gone", "alpha-large", "beta-mini", "demo"]);
});

test("a provider that never answers is not waited for long; nor is one that answers nonsense believed", async () => {
  await using at = await open(two, { upstreams: 2, listTimeoutMs: 300 });
  at.first.models({ stall: true });
  at.upstreams[1]?.models({ body: "<html>hello</html>" });
  assert.deepEqual(await at.ids(), ["demo"]);
  assert.match(
    JSON.stringify(at.lines),
    /upstream_timeout.*upstream_broken|upstream_broken.*upstream_timeout/,
  );
});

test("the list is believed for its time, then fetched anew in the background, once for all", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url }));
  await Promise.all([at.ids(), at.ids(), at.ids()]);
  at.advance(29_999);
  await at.ids();
  assert.equal(at.first.listRequests.length, 1);
  at.first.models(["fresh"]);
  at.advance(1);
  assert.deepEqual(await at.ids(), ["alpha-large", "beta-mini", "demo"]);
  await at.ids();
  await at.settled();
  assert.deepEqual(await at.ids(), ["fresh", "demo"]);
  assert.equal(at.first.listRequests.length, 2);
});

test("with list_ttl_ms 0 every list is a fresh one", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url, list_ttl_ms: 0 }));
  await at.ids();
  at.first.models(["fresh"]);
  assert.deepEqual(await at.ids(), ["fresh", "demo"]);
});

test("models named in the configuration are not asked for", async () => {
  await using at = await open(({ url }) => ({ providers: { p: { base_url: url, models: ["mine"] } } }));
  assert.deepEqual(await at.ids(), ["mine", "demo"]);
  assert.equal(at.first.listRequests.length, 0);
});

test("tells the size of a model's window: the configuration's, else the provider's, else that for all", async () => {
  await using at = await open(({ url }) => ({
    openai_base_url: url,
    context_windows: { set: 1000, "*": 4096 },
  }));
  at.first.models([
    { id: "set", context_length: 5 },
    { id: "vllm", max_model_len: 32_768 },
    { id: "router", context_length: 200_000 },
    { id: "studio", max_context_length: 131_072, loaded_context_length: 8192 },
    { id: "odd", context_window: "big" },
  ]);
  assert.deepEqual(
    (await infos(at.router)).map(({ id, contextWindow }) => [id, contextWindow]),
    [
      ["set", 1000],
      ["vllm", 32_768],
      ["router", 200_000],
      ["studio", 8192],
      ["odd", 4096],
      ["demo", 8192],
    ],
  );
});

test("answers before anybody has asked for the list", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url }));
  assert.equal((await hear(at.router, { model: "beta-mini" })).text, "This is a scripted answer.");
});

test("a model that was added meanwhile is found", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url }));
  await at.ids();
  at.first.models(["new-one"]);
  at.advance(30_000);
  assert.equal((await hear(at.router, { model: "new-one" })).error, undefined);
});

test("an unknown model names the nearest one, and who is missing", async () => {
  await using at = await open(two, { upstreams: 2 });
  await at.first.goAway();
  const { error } = await hear(at.router, { model: "alpha-lrge" });
  assert.equal(error?.code, "model_not_found");
  assert.match(error?.message ?? "", /no model `alpha-lrge`.*Did you mean `alpha-large`\?/);
  assert.match(error?.hint ?? "", /without models: one/);
  const far = await hear(at.router, { model: "quite-another-thing" });
  assert.doesNotMatch(far.error?.message ?? "", /Did you mean/);
});

test("a name is never an alias of a listed one, so a mask on names cannot be walked round", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url }));
  for (const model of ["openai/alpha-large", "ALPHA-LARGE", " alpha-large"]) {
    assert.equal((await hear(at.router, { model })).error?.code, "model_not_found", model);
  }
});

test("with the only provider down, a request learns the reason", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url, retries: 0 }));
  await at.first.goAway();
  const { error } = await hear(at.router, { model: "alpha-large" });
  assert.equal(error?.code, "upstream_unreachable");
});

test("settings: for all, then the model's, then the request's; null takes one away", async () => {
  await using at = await open(({ url }) => ({
    openai_base_url: url,
    settings: {
      "*": { temperature: 0.7, max_tokens: 2000, top_p: 0.9 },
      "beta-mini": { max_tokens: 100, vendor: { depth: 1 } },
    },
  }));
  await hear(at.router, { model: "beta-mini", settings: { temperature: 0, ...({ top_p: null } as object) } });
  const {
    model: _model,
    messages: _messages,
    stream: _s,
    stream_options: _o,
    ...rest
  } = at.first.requests[0]?.body ?? {};
  assert.deepEqual(rest, { temperature: 0, max_tokens: 100, vendor: { depth: 1 } });
});

test("a setting that is no setting is refused before anybody is asked", async () => {
  await using at = await open(({ url }) => ({
    openai_base_url: url,
    fallbacks: { "alpha-large": ["demo"] },
  }));
  const { error } = await hear(at.router, { settings: { messages: [], stream: false } });
  assert.equal(error?.code, "bad_input");
  assert.equal(at.first.requests.length, 0);
  const { host } = testHost({ settings: { "*": { stream: false } } });
  await assert.rejects(createModelRouter(host), { code: "config_invalid" });
});

test("fallbacks answer in turn, under their own names; the first model's error is told when all fail", async () => {
  await using at = await open(({ url }) => ({
    openai_base_url: url,
    retries: 1,
    fallbacks: { "alpha-large": ["missing", "alpha-large", "beta-mini"] },
  }));
  at.first.script(({ body }) =>
    body.model === "beta-mini" ? answer("From beta") : refusal(500, "alpha is ill"),
  );
  const { text, events } = await hear(at.router);
  assert.equal(text, "From beta");
  assert.deepEqual(events.at(-1)?.data, { reason: "stop", model: "beta-mini" });
  assert.deepEqual(
    at.first.requests.map(({ body }) => body.model),
    ["alpha-large", "alpha-large", "beta-mini"],
  );
  at.first.script(({ body }) => refusal(400, `${body.model} is ill`));
  const { error } = await hear(at.router);
  assert.match(error?.message ?? "", /alpha-large is ill/);
});

test("nobody takes over an answer that has begun", async () => {
  await using at = await open(({ url }) => ({
    openai_base_url: url,
    fallbacks: { "alpha-large": ["demo"] },
  }));
  at.first.script({ steps: [{ tokens: ["So"] }, { breakOff: true }] });
  const { text, error } = await hear(at.router);
  assert.deepEqual([text, error?.code], ["So", "upstream_broken"]);
});

test("aborting while it waits to ask again ends it with the signal's reason", async () => {
  const stopping = new AbortController();
  const sleep = async (_ms: number, signal: AbortSignal) => {
    stopping.abort(new Error("enough"));
    signal.throwIfAborted();
  };
  await using at = await open(({ url }) => ({ openai_base_url: url }), { sleep });
  at.first.script(refusal(500, "no"));
  assert.match((await hear(at.router, {}, stopping.signal)).error?.message ?? "", /enough/);
});

test("a reader who leaves while the answer begins leaves no connection behind", async () => {
  await using at = await open(({ url }) => ({ openai_base_url: url }));
  at.first.script({ steps: [{ tokens: ["Hello"] }, { stall: true }] });
  const request = { model: "alpha-large", messages: [{ role: "user" as const, content: "Hi" }] };
  const answer = at.router.generate(request, new AbortController().signal)[Symbol.asyncIterator]();
  const pending = answer.next();
  await answer.return?.();
  assert.equal((await pending).done, true);
  assert.equal(await at.first.requests[0]?.closed, true);
});

test("with nothing configured, local servers are found where they listen, our own port left out", async () => {
  const [ollama, studio, own] = await Promise.all([1, 2, 3].map(() => startScriptedUpstream()));
  assert.ok(ollama && studio && own);
  const port = (upstream: ScriptedUpstream) => Number(new URL(upstream.url).port);
  ollama.models(["llama3.2"]);
  studio.models({ body: "<html>something else listens here</html>" });
  const localPorts = { ollama: port(ollama), lmstudio: port(studio), vllm: port(own) };
  await using at = await open(() => ({}), { upstreams: 0, port: port(own), localPorts });
  assert.deepEqual(await at.ids(), ["llama3.2", "demo"]);
  assert.equal((await infos(at.router))[0]?.provider, "ollama");
  assert.equal(own.listRequests.length, 0);
  assert.deepEqual(
    at.lines.filter(({ level }) => level !== "debug"),
    [],
  );
  await using off = await open(() => ({ discover: false }), { upstreams: 0, localPorts });
  assert.deepEqual(await off.ids(), ["demo"]);
  await using busy = await open(({ url }) => ({ openai_base_url: url }), { localPorts });
  assert.equal((await busy.ids()).includes("llama3.2"), false);
  await Promise.all([ollama.close(), studio.close(), own.close()]);
});

test("the environment's key goes to its own address only", async () => {
  await using at = await open(
    (a, b) => ({
      openai_api_key: "sk-environment",
      openai_base_url: a.url,
      providers: { openai: { base_url: b.url }, other: { base_url: a.url, headers: { "x-team": "blue" } } },
    }),
    { upstreams: 2 },
  );
  await at.ids();
  assert.deepEqual(
    at.upstreams.flatMap(({ listRequests }) => listRequests.map(({ headers }) => headers.authorization)),
    [undefined, undefined],
  );
  assert.equal(at.first.listRequests[0]?.headers["x-team"], "blue");
});

test("a provider that cannot be used stops the start, and the key is not quoted", async () => {
  const wrong = async (models: Record<string, unknown>, words: RegExp) => {
    const { host } = testHost(models);
    await assert.rejects(createModelRouter(host), (error: Error & { code?: string }) => {
      assert.equal(error.code, "config_invalid");
      assert.match(error.message, words);
      assert.doesNotMatch(`${error.message} ${error.cause}`, /kéy/);
      return true;
    });
  };
  await wrong({ openai_api_key: "sk-\u0001kéy\u2028" }, /api_key of the model provider openai/);
  await wrong({ providers: { p: { base_url: "http://" } } }, /base_url of the model provider p/);
  await wrong({ providers: { demo: { base_url: "http://h" } } }, /belongs to the demo/);
});
