import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { allWaiting, giveWord, type Waiting, waitingFor } from "../support/approvals.ts";
import { calling } from "../support/guarded-tools.ts";
import { startTestServer, type TestServer } from "../support/test-server.ts";

const script = fileURLToPath(new URL("../../src/core/tools/mcp/test-server.ts", import.meta.url));
const asking = { command: process.execPath, args: [script, "asking"] };

let server: TestServer;
before(async () => {
  server = await startTestServer({ mcp_servers: { inn: asking, mute: { ...asking, ask_users: false } } });
});
after(() => server.close());

const ada = () => server.as("ada");
const waiting = (count?: number) => waitingFor(ada(), count);
const reply = async (question: Waiting, args = "{}") =>
  (await giveWord(ada(), question, { approve: true, arguments: args })).status;

/** Has the model call a tool of the server. */
function call(name: string, args: object = {}): Promise<TurnEvent[]> {
  server.upstream.script(calling("call_1", name, args), answer("So it is."));
  return ada().say({ content: "Go" });
}

const resultOf = (events: readonly TurnEvent[]) =>
  events.flatMap(({ event, data }) => (event === "tool_result" ? [data.content] : [])).join();

/** What a server hears that asks this, where nobody is to be asked. */
const refusedTo = async (question: unknown) => {
  const events = await call("inn_ask", { question: question as object });
  assert.ok(
    events.every(({ event }) => event !== "approval_request"),
    "nobody was asked",
  );
  return JSON.parse(resultOf(events)) as { readonly code?: number; readonly message?: string };
};

const form = (properties: object) => ({
  message: "Well?",
  requestedSchema: { type: "object", properties },
});

test("forms that are too large, too deep or no forms are refused with an error, and nobody is asked", async () => {
  let deep: object = { type: "string" };
  for (let level = 0; level < 500; level++) deep = { type: "object", properties: { deep } };
  const fields = Array.from({ length: 51 }, (_, at) => [`f${at}`, { type: "string" }]);
  for (const question of [
    form({ a: { type: "string", description: "x".repeat(1_000_000) } }),
    form(Object.fromEntries(fields)),
    form({ a: { type: "string", enum: Array.from({ length: 300 }, String) } }),
    form({ ["n".repeat(1000)]: { type: "string" } }),
    form({ deep }),
    form({ a: { type: "string", enum: [] } }),
    { message: "Well?", requestedSchema: { type: "string" } },
    { message: "Well?", requestedSchema: [] },
    { message: 5 },
    { mode: "url", message: "Go there", url: "javascript:alert(1)", elicitationId: "1" },
    { mode: "url", message: "Go there", url: "file:///etc/passwd", elicitationId: "2" },
    { mode: "url", message: "Go there", url: `https://example.com/${"x".repeat(5000)}`, elicitationId: "3" },
    { mode: "mind", message: "Well?" },
  ]) {
    const { code } = await refusedTo(question);
    assert.ok(code === -32602 || code === -32603, `${JSON.stringify(question).slice(0, 60)}: ${code}`);
  }
});

test("what a hostile form hides does not come through, and long words are cut", async () => {
  const turn = call("inn_ask", {
    question: {
      message: "m".repeat(1_000_000),
      requestedSchema: {
        type: "object",
        properties: { a: { type: "string", pattern: "(a+)+$", title: "t".repeat(2000) } },
        required: ["a", "b"],
        $defs: { x: { type: "object" } },
      },
    },
  });
  const [question] = await waiting();
  assert.equal(question.why.length, 2000);
  assert.deepEqual(question.form, {
    type: "object",
    properties: { a: { type: "string", title: "t".repeat(300) } },
    required: ["a"],
  });
  assert.equal(await reply(question, '{"a":"x","b":"y"}'), 400);
  assert.equal(await reply(question, `{"a":"${"a".repeat(40)}!"}`), 200);
  assert.deepEqual(JSON.parse(resultOf(await turn)), {
    action: "accept",
    content: { a: `${"a".repeat(40)}!` },
  });
});

test("a server that asks without end is refused after twenty questions of a call, one after the other or at once", async () => {
  const turn = call("inn_insist");
  for (let times = 0; times < 20; times += 1) {
    const [question] = await waiting();
    assert.equal(await reply(question), 200);
  }
  assert.equal(resultOf(await turn), "20");

  await call("inn_heard");
  server.upstream.script(calling("call_1", "inn_storm", {}));
  const stormy = ada().say({ content: "Go" });
  const [first] = await waiting(20);
  await ada().get("/api/v1/threads");
  assert.equal((await allWaiting(ada())).length, 20);
  await ada()(`/api/v1/turns/${first.turn_id}/stop`, { method: "POST" });
  await stormy;
  assert.deepEqual(await allWaiting(ada()), []);
  const told = JSON.parse(resultOf(await call("inn_heard"))) as { action?: string; code?: number }[];
  assert.equal(told.filter(({ code }) => code === -32602).length, 480);
});

test("a server that asks when none of its calls runs is refused", async () => {
  await call("inn_heard");
  assert.equal(resultOf(await call("inn_later")), "done");
  const told = await until(
    "it is told so",
    async () => (JSON.parse(resultOf(await call("inn_heard"))) as { message?: string }[])[0],
  );
  assert.match(told.message ?? "", /No call of a tool runs|The user could not be asked/); // it may be just over
  assert.deepEqual(await allWaiting(ada()), []);
});

test("`ask_users: false`: the server is not told that it could ask, and is refused when it does", async () => {
  assert.equal(resultOf(await call("mute_capabilities")), "{}");
  assert.match(resultOf(await call("inn_capabilities")), /elicitation/);
  const events = await call("mute_ask", { question: form({}) });
  assert.deepEqual((JSON.parse(resultOf(events)) as { code?: number }).code, -32601);
  assert.ok(events.every(({ event }) => event !== "approval_request"));
});
