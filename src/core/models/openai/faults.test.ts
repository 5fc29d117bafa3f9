import assert from "node:assert/strict";
import { test } from "node:test";
import { hear, testHost } from "../../../../test/support/model-host.ts";
import { answer, refusal, type ScriptedReply, type ScriptedStep } from "../../../testkit/scripted-reply.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../../testkit/scripted-upstream.ts";
import { createModelRouter } from "../plugin.ts";

const key = "sk-very-secret-key-0123456789";

/** A router on an upstream with one script; no retries unless told. */
async function ask(reply: ScriptedReply | readonly ScriptedReply[], models: Record<string, unknown> = {}) {
  const upstream = await startScriptedUpstream();
  const replies: readonly ScriptedReply[] = Array.isArray(reply) ? reply : [reply];
  upstream.script(...replies);
  const slept: number[] = [];
  const { host, lines } = testHost({
    openai_base_url: upstream.url,
    openai_api_key: key,
    retries: 0,
    ...models,
  });
  const model = await createModelRouter(host, {
    random: () => 0,
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  try {
    const heard = await hear(model);
    return { ...heard, slept, requests: upstream.requests, lines };
  } finally {
    await model.shutdown?.();
    await upstream.close();
  }
}

const before: ScriptedStep = { tokens: ["What ", "came ", "before"] };
const said = "What came before";

/** What came before is heard, then the error with this code; the hint is there and the key is nowhere. */
async function breaksAfterwards(
  steps: readonly ScriptedStep[],
  code: string,
  words: RegExp,
  models: Record<string, unknown> = {},
) {
  const { text, error, finish } = await ask({ steps: [before, ...steps] }, models);
  assert.equal(text, said);
  assert.equal(finish, undefined);
  assert.equal(error?.code, code);
  assert.match(error?.message ?? "", words);
  assert.equal((error?.hint ?? "").length > 10, true);
  assert.doesNotMatch(`${error?.message} ${error?.hint}`, /secret|Bearer|127\.0\.0\.1/);
}

test("breaking off inside an event keeps what came before", () =>
  breaksAfterwards([{ raw: 'data: {"choices":[{"del' }, { breakOff: true }], "upstream_broken", /broke off/));

test("an end without a finish is an answer cut short", () =>
  breaksAfterwards([], "upstream_broken", /ended before it was complete/));

test("silence in the middle is a timeout", () =>
  breaksAfterwards([{ stall: true }], "upstream_timeout", /no more of its answer for 0\.06 s/, {
    idle_timeout_ms: 60,
  }));

test("an error object inside a good answer is the upstream's refusal", () =>
  breaksAfterwards(
    [{ event: { error: { message: "GPU on fire", code: 500 } } }],
    "upstream_refused",
    /GPU on fire/,
  ));

test("an error as text, as an event, and as a field of its own is understood too", async () => {
  await breaksAfterwards([{ event: { error: "no more memory" } }], "upstream_refused", /no more memory/);
  await breaksAfterwards(
    [{ raw: "event: error\ndata: gone fishing\n\n" }],
    "upstream_refused",
    /gone fishing/,
  );
  await breaksAfterwards([{ raw: 'error: {"message":"slot lost"}\n\n' }], "upstream_refused", /slot lost/);
  await breaksAfterwards(
    [{ event: { object: "error", message: "bad luck" } }],
    "upstream_refused",
    /bad luck/,
  );
});

test("data that is not JSON is a broken answer", () =>
  breaksAfterwards([{ raw: "data: <<<garbage>>>\n\n" }], "upstream_broken", /not JSON/));

test("a line of 10 MB is cut off, not kept", () =>
  breaksAfterwards([{ raw: `data: "${"x".repeat(10_000_000)}"\n\n` }], "upstream_broken", /too long/));

test("a line of 10 MB without an end is cut off too", () =>
  breaksAfterwards(
    [{ raw: `data: ${"x".repeat(10_000_000)}` }, { stall: true }],
    "upstream_broken",
    /too long/,
  ));

test("tool calls without end are cut off", () =>
  breaksAfterwards(
    [{ toolCalls: Array.from({ length: 50 }, () => ({ index: 0, arguments: "y".repeat(100_000) })) }],
    "upstream_broken",
    /tool calls/,
  ));

test("an unfinished tool call is never handed out", async () => {
  const { calls, error } = await ask({
    steps: [{ toolCalls: [{ index: 0, id: "c", name: "rm", arguments: '{"path": "/' }] }, { breakOff: true }],
  });
  assert.deepEqual(calls, []);
  assert.equal(error?.code, "upstream_broken");
});

test("lines that are no events are skipped", async () => {
  const noise = ": comment\nnonsense without a colon\nretry: soon\nid: 7\nx: y\n";
  const { text, error, finish } = await ask({
    steps: [{ raw: noise }, before, { raw: noise }, { finish: "stop" }, { done: true }],
  });
  assert.deepEqual([text, finish, error], [said, "stop", undefined]);
});

test("a finish without [DONE] is a finish; so is [DONE] without a finish", async () => {
  const first = await ask({ steps: [before, { finish: "length" }] });
  assert.deepEqual([first.text, first.finish, first.error], [said, "length", undefined]);
  const second = await ask({ steps: [before, { done: true }] });
  assert.deepEqual([second.text, second.finish, second.error], [said, "unknown", undefined]);
});

test("a connection that hangs or breaks after the finish costs nothing", async () => {
  for (const last of [{ stall: true }, { breakOff: true }] as const) {
    const { finish, error } = await ask(
      { steps: [before, { finish: "stop" }, last] },
      { idle_timeout_ms: 60 },
    );
    assert.deepEqual([finish, error], ["stop", undefined]);
  }
});

test("a connection left open after [DONE] does not keep the answer", async () => {
  const { finish, error } = await ask({
    steps: [before, { finish: "stop" }, { done: true }, { stall: true }],
  });
  assert.deepEqual([finish, error], ["stop", undefined]);
});

test("an upstream that never answers is a timeout, before the head and after it", async () => {
  const first = await ask({ stall: true }, { first_byte_timeout_ms: 60 });
  assert.equal(first.error?.code, "upstream_timeout");
  const second = await ask({ steps: [{ stall: true }] }, { first_byte_timeout_ms: 60 });
  assert.equal(second.error?.code, "upstream_timeout");
  assert.match(second.error?.message ?? "", /byte/);
});

test("refusals carry the upstream's words, cut, and never the key", async () => {
  const long = `Wrong key ${key} given with Authorization: Bearer ${key}. ${"blah ".repeat(500)}`;
  const { error } = await ask(refusal(401, long));
  assert.equal(error?.code, "upstream_refused");
  assert.match(error?.message ?? "", /openai refused with status 401: Wrong key \*\*\* given/);
  assert.doesNotMatch(error?.message ?? "", /secret/);
  assert.equal((error?.message ?? "").length < 500, true);
  assert.match(error?.hint ?? "", /key/);
});

test("an HTML page is told as such", async () => {
  const bad = await ask({ status: 502, body: "<html><title>Bad Gateway</title><body>nginx</body></html>" });
  assert.equal(bad.error?.message, "openai refused with status 502: Bad Gateway");
  const page = await ask({ body: "<!doctype html><p>Welcome</p>" });
  assert.equal(page.error?.code, "upstream_broken");
  assert.match(page.error?.message ?? "", /HTML page/);
});

test("an answer without streaming is read as a whole", async () => {
  const body = {
    choices: [
      { message: { content: "<think>Hm</think>Yes", reasoning_content: "So " }, finish_reason: "stop" },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
  };
  const { text, thinking, finish, usage } = await ask({ body });
  assert.deepEqual([text, thinking, finish], ["Yes", "So Hm", "stop"]);
  assert.deepEqual(usage, { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 });
  const wrong = await ask({ body: { error: { message: "no such thing" } } });
  assert.equal(wrong.error?.code, "upstream_refused");
  const odd = await ask({ body: { hello: "world" } });
  assert.equal(odd.error?.code, "upstream_broken");
});

test("asks again on 408, 409, 429 and 5xx, with growing pauses", async () => {
  const { text, slept, requests } = await ask(
    [refusal(408, "a"), refusal(409, "b"), refusal(429, "c"), refusal(503, "d"), answer("Finally")],
    { retries: 4 },
  );
  assert.equal(text, "Finally");
  assert.deepEqual(slept, [500, 1000, 2000, 4000]);
  assert.equal(requests.length, 5);
});

test("asks no more often than told, and not at all on other refusals", async () => {
  const many = await ask([refusal(500, "a"), refusal(500, "b"), refusal(500, "last words")], { retries: 2 });
  assert.match(many.error?.message ?? "", /last words/);
  assert.equal(many.requests.length, 3);
  const one = await ask(refusal(400, "context too long"), { retries: 2 });
  assert.equal(one.requests.length, 1);
});

test("waits as long as Retry-After asks, and not at all when that is too long", async () => {
  const patient = await ask([refusal(429, "later", { "retry-after": "7" }), answer("Now")], { retries: 1 });
  assert.deepEqual([patient.slept, patient.text], [[7000], "Now"]);
  const dated = await ask(
    [refusal(429, "later", { "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }), answer("Now")],
    { retries: 1 },
  );
  assert.deepEqual(dated.slept, [9000]);
  const long = await ask(refusal(429, "tomorrow", { "retry-after": "86400" }), { retries: 1 });
  assert.deepEqual(long.slept, []);
  assert.deepEqual(long.error?.details, { retryAfterSeconds: 86_400, upstreamStatus: 429 });
});

test("asks again when the connection breaks before the first event, never after it", async () => {
  const early = await ask([{ hangUp: true }, { steps: [{ breakOff: true }] }, answer("Third time lucky")], {
    retries: 2,
  });
  assert.equal(early.text, "Third time lucky");
  const late = await ask({ steps: [before, { breakOff: true }] }, { retries: 2 });
  assert.deepEqual([late.text, late.requests.length], [said, 1]);
});

test("a provider that cannot be reached is told without its address", async () => {
  const upstream: ScriptedUpstream = await startScriptedUpstream();
  const { host } = testHost({ openai_base_url: upstream.url, retries: 0 });
  const model = await createModelRouter(host);
  await model.listModels();
  await upstream.goAway();
  const { error } = await hear(model);
  assert.equal(error?.code, "upstream_unreachable");
  assert.equal(error?.message, "openai cannot be reached: the connection was refused");
  await upstream.comeBack();
  const { text } = await hear(model);
  assert.equal(text, "This is a scripted answer.");
  await model.shutdown?.();
  await upstream.close();
});
