import assert from "node:assert/strict";
import { test } from "node:test";
import { hear, testHost } from "../../../test/support/model-host.ts";
import { routersOn } from "../../../test/support/model-router.ts";
import { answer, refusal } from "../../testkit/scripted-reply.ts";
import { startScriptedUpstream } from "../../testkit/scripted-upstream.ts";
import { createModelRouter } from "./plugin.ts";

const openRouter = routersOn(startScriptedUpstream);

test("answers before anybody has asked for the list", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
  assert.equal((await hear(at.router, { model: "beta-mini" })).text, "This is a scripted answer.");
});

test("a name is never an alias of a listed one, so a mask on names cannot be walked round", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
  for (const model of ["openai/alpha-large", "ALPHA-LARGE", " alpha-large"]) {
    assert.equal((await hear(at.router, { model })).error?.code, "model_not_found", model);
  }
});

test("with the only provider down, a request learns the reason", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url, retries: 0 }));
  await at.first.goAway();
  const { error } = await hear(at.router, { model: "alpha-large" });
  assert.equal(error?.code, "upstream_unreachable");
});

test("settings: for all, then the model's, then the request's; null takes one away", async () => {
  await using at = await openRouter(({ url }) => ({
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
  await using at = await openRouter(({ url }) => ({
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
  await using at = await openRouter(({ url }) => ({
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

test("a fallback that cannot call tools is offered none", async () => {
  await using at = await openRouter(({ url }) => ({
    openai_base_url: url,
    retries: 0,
    without_tools: ["beta-mini"],
    fallbacks: { "alpha-large": ["beta-mini"] },
  }));
  at.first.script(({ body }) => (body.model === "beta-mini" ? answer("From beta") : refusal(500, "ill")));
  const tools = [{ name: "clock", description: "Tells the time.", parameters: { type: "object" } }] as const;
  await hear(at.router, { tools });
  assert.deepEqual(
    at.first.requests.map(({ body }) => [body.model, Array.isArray(body.tools)]),
    [
      ["alpha-large", true],
      ["beta-mini", false],
    ],
  );
});

test("nobody takes over an answer that has begun", async () => {
  await using at = await openRouter(({ url }) => ({
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
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }), { sleep });
  at.first.script(refusal(500, "no"));
  assert.match((await hear(at.router, {}, stopping.signal)).error?.message ?? "", /enough/);
});

test("a reader who leaves while the answer begins leaves no connection behind", async () => {
  await using at = await openRouter(({ url }) => ({ openai_base_url: url }));
  at.first.script({ steps: [{ tokens: ["Hello"] }, { stall: true }] });
  const request = { model: "alpha-large", messages: [{ role: "user" as const, content: "Hi" }] };
  const answer = at.router.generate(request, new AbortController().signal)[Symbol.asyncIterator]();
  const pending = answer.next();
  await answer.return?.();
  assert.equal((await pending).done, true);
  assert.equal(await at.first.requests[0]?.closed, true);
});
