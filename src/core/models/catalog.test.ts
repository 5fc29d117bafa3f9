import assert from "node:assert/strict";
import { test } from "node:test";
import { hear } from "../../../test/support/model-host.ts";
import { infos, routersOn } from "../../../test/support/model-router.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../testkit/scripted-upstream.ts";

const openRouter = routersOn(startScriptedUpstream);

const two = (a: ScriptedUpstream, b: ScriptedUpstream) => ({
  providers: { one: { base_url: a.url }, two: { base_url: b.url } },
});

test("S-18: lists the upstream's models in its order, the demo last", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
  at.first.models(["zeta", "alpha", "mid"]);
  assert.deepEqual(await at.ids(), ["zeta", "alpha", "mid", "demo"]);
  const demo = (await infos(at.router)).at(-1);
  assert.equal(demo?.provider, "demo");
  assert.match(demo?.description ?? "", /scripted.*offline/);
});

test("the demo is a stand-in wherever a provider is configured, be it down, and a model like others where none is", async () => {
  const demo = async (at: { router: Parameters<typeof infos>[0] }) => (await infos(at.router)).at(-1);
  await using at = await openRouter(({ url }) => ({ openai_base_url: url, list_ttl_ms: 0 }));
  assert.equal((await demo(at))?.standIn, true);
  await at.first.goAway();
  assert.equal((await demo(at))?.standIn, true);
  await using alone = await openRouter(() => ({ discover: false }), { upstreams: 0 });
  assert.equal((await demo(alone))?.standIn, undefined);
});

test("merges providers in the configuration's order, the environment's last; a name that is taken gets a prefix", async () => {
  await using at = await openRouter(
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
  await using at = await openRouter(two, { upstreams: 2 });
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

test("tells who is missing, why, and what they had; a model server that was only guessed at is not missed", async () => {
  await using at = await openRouter((a, b) => ({ ...two(a, b), discover: true, list_ttl_ms: 0 }), {
    upstreams: 2,
  });
  at.first.models(["gone"]);
  await at.ids();
  assert.deepEqual(await at.router.listAbsent?.(), []);
  await at.first.goAway();
  await at.ids();
  assert.deepEqual(await at.router.listAbsent?.(), [
    { provider: "one", reason: "upstream_unreachable", models: ["gone"] },
  ]);
  await at.first.comeBack();
  await at.ids();
  assert.deepEqual(await at.router.listAbsent?.(), []);
});

test("a provider that never answers is not waited for long; nor is one that answers nonsense believed", async () => {
  await using at = await openRouter(two, { upstreams: 2, listTimeoutMs: 300 });
  at.first.models({ stall: true });
  at.upstreams[1]?.models({ body: "<html>hello</html>" });
  assert.deepEqual(await at.ids(), ["demo"]);
  assert.match(
    JSON.stringify(at.lines),
    /upstream_timeout.*upstream_broken|upstream_broken.*upstream_timeout/,
  );
});

test("the list is believed for its time, then fetched anew in the background, once for all", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
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

test("who did not answer is asked again after five seconds, the others only when their time is over", async () => {
  await using at = await openRouter(two, { upstreams: 2 });
  at.first.models({ hangUp: true });
  await at.ids();
  at.first.models(["late"]);
  at.advance(4_999);
  await at.ids();
  await at.settled();
  assert.deepEqual(await at.ids(), ["alpha-large", "beta-mini", "demo"]);
  at.advance(1);
  await at.ids();
  await at.settled();
  assert.deepEqual(await at.ids(), ["late", "alpha-large", "beta-mini", "demo"]);
  assert.deepEqual(
    at.upstreams.map(({ listRequests }) => listRequests.length),
    [2, 1],
  );
});

test("a fresh list is asked for and waited for, once for all who want one", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
  await at.ids();
  at.first.models(["fresh"]);
  const fresh = () => at.router.listModels({ fresh: true }) as Promise<readonly { id: string }[]>;
  const lists = await Promise.all([fresh(), fresh(), fresh()]);
  assert.deepEqual(
    lists.map((list) => list.map(({ id }) => id).join()),
    ["fresh,demo", "fresh,demo", "fresh,demo"],
  );
  assert.equal(at.first.listRequests.length <= 3, true, `${at.first.listRequests.length} requests`);
});

test("with list_ttl_ms 0 every list is a fresh one", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url, list_ttl_ms: 0 }));
  await at.ids();
  at.first.models(["fresh"]);
  assert.deepEqual(await at.ids(), ["fresh", "demo"]);
});

test("models named in the configuration are not asked for", async () => {
  await using at = await openRouter(({ url }) => ({ providers: { p: { base_url: url, models: ["mine"] } } }));
  assert.deepEqual(await at.ids(), ["mine", "demo"]);
  assert.equal(at.first.listRequests.length, 0);
});

test("tells the size of a model's window: the configuration's, else the provider's, else that for all", async () => {
  await using at = await openRouter(({ url }) => ({
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

test("tells which models cannot call tools, as the configuration says", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url, without_tools: ["small"] }));
  at.first.models(["small", "large"]);
  assert.deepEqual(
    (await infos(at.router)).map(({ id, tools }) => [id, tools]),
    [
      ["small", false],
      ["large", undefined],
      ["demo", undefined],
    ],
  );
});

test("a model that was added meanwhile is found", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
  await at.ids();
  at.first.models(["new-one"]);
  at.advance(30_000);
  assert.equal((await hear(at.router, { model: "new-one" })).error, undefined);
});

test("an unknown model names the nearest one, and who is missing", async () => {
  await using at = await openRouter(two, { upstreams: 2 });
  await at.first.goAway();
  const { error } = await hear(at.router, { model: "alpha-lrge" });
  assert.equal(error?.code, "model_not_found");
  assert.match(error?.message ?? "", /no model `alpha-lrge`.*Did you mean `alpha-large`\?/);
  assert.match(error?.hint ?? "", /without models: one/);
  const far = await hear(at.router, { model: "quite-another-thing" });
  assert.doesNotMatch(far.error?.message ?? "", /Did you mean/);
});
