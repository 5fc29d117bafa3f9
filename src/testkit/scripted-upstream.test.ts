import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, refusal } from "./scripted-reply.ts";
import { startScriptedUpstream } from "./scripted-upstream.ts";

const ask = (url: string, body: object, signal?: AbortSignal) =>
  fetch(`${url}/chat/completions`, {
    method: "POST",
    body: JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });

test("answers without a script, streaming or not, and lists its models", async () => {
  await using upstream = await open();
  const streamed = await (await ask(upstream.url, { model: "m", stream: true })).text();
  assert.match(streamed, /"content":"scripted "/);
  assert.match(streamed, /data: \[DONE\]\n\n$/);
  const whole = (await (await ask(upstream.url, { model: "m" })).json()) as {
    choices: [{ message: { content: string } }];
  };
  assert.equal(whole.choices[0].message.content, "This is a scripted answer.");
  const list = (await (await fetch(`${upstream.url}/models`)).json()) as { data: { id: string }[] };
  assert.deepEqual(
    list.data.map(({ id }) => id),
    ["alpha-large", "beta-mini"],
  );
  assert.deepEqual(
    upstream.requests.map(({ body }) => body),
    [{ model: "m", stream: true }, { model: "m" }],
  );
});

test("plays a queue, then fails loudly", async () => {
  const upstream = await startScriptedUpstream();
  upstream.script(refusal(429, "slow down", { "retry-after": "3" }), answer("fine"));
  const refused = await ask(upstream.url, { stream: true });
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("retry-after"), "3");
  assert.match(await refused.text(), /slow down/);
  assert.match(await (await ask(upstream.url, { stream: true })).text(), /fine/);
  assert.equal((await ask(upstream.url, { stream: true })).status, 501);
  await assert.rejects(upstream.close(), /asked for more/);
});

test("tells when the client leaves, and ends with a stalled reply open", async () => {
  await using upstream = await open();
  upstream.script({ steps: [{ tokens: ["a"] }, { stall: true }] });
  const leaving = new AbortController();
  const response = await ask(upstream.url, { stream: true }, leaving.signal);
  assert.equal(response.status, 200);
  leaving.abort();
  assert.equal(await upstream.requests[0]?.closed, true);
  upstream.script({ stall: true });
  const stalled = ask(upstream.url, { stream: true });
  stalled.catch(() => {}); // closing the upstream cuts it
  await upstream.received(2);
});

test("breaks off and goes away as told", async () => {
  await using upstream = await open();
  upstream.script(
    { steps: [{ tokens: ["a"] }, { raw: 'data: {"cho' }, { breakOff: true }] },
    { hangUp: true },
  );
  const response = await ask(upstream.url, { stream: true });
  await assert.rejects(response.text());
  await assert.rejects(ask(upstream.url, { stream: true }));
  await upstream.goAway();
  await assert.rejects(ask(upstream.url, { stream: true }));
  await upstream.comeBack();
  upstream.script(answer("back"));
  assert.match(await (await ask(upstream.url, { stream: true })).text(), /back/);
});

async function open() {
  const upstream = await startScriptedUpstream();
  return { ...upstream, [Symbol.asyncDispose]: () => upstream.close() };
}
