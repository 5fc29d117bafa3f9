import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { TurnEvent } from "../../src/protocols/turn-event.ts";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { eventsIn, startTestServer, type TestServer, textOf, threadOf } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const names = (events: readonly TurnEvent[]) => events.map(({ event }) => event);
const post = (init: {
  form?: Record<string, string>;
  body?: FormData;
  headers?: Record<string, string>;
  json?: unknown;
}) => server.as("ada")("/api/v1/message", { method: "POST", ...init });
type Message = { role: string; content: string };
const history = (thread: string) => server.as("ada").get<Message[]>(`/api/v1/threads/${thread}/messages`);
const sentMessages = () => server.upstream.requests.at(-1)?.body.messages as Message[];

describe("a message", () => {
  test("is taken as either kind of form", async () => {
    server.upstream.script(() => answer("ok"));
    const multipart = new FormData();
    multipart.set("content", "Hello");
    for (const init of [{ form: { content: "Hello" } }, { body: multipart }]) {
      const response = await post(init);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
      assert.equal(textOf(eventsIn(await response.text())), "ok");
    }
    assert.equal((await post({ json: { content: "Hello" } })).status, 422);
  });

  test("is answered with one data line and one empty line an event, the thread first and the end last", async () => {
    server.upstream.script(() => answer("one two", { reasoning: "hm" }));
    const text = await (await post({ form: { content: "Hello" } })).text();
    assert.match(text, /^(data: \{.*\}\n\n)+$/);
    const events = eventsIn(text);
    assert.equal(names(events)[0], "thread_id");
    assert.equal(names(events).at(-1), "stream_end");
    assert.equal(textOf(events, "thinking_tokens"), "hm");
    for (const { data } of events) assert.match(String(data.timestamp), /^\d{4}-.*Z$/);
  });

  test("is answered by what the history then holds", async () => {
    server.upstream.script(() => answer("exactly this — ünd nothing else 🦴"));
    const events = await server.as("ada").say({ content: "Hello" });
    const stored = (await history(threadOf(events))).at(-1);
    assert.deepEqual([stored?.role, stored?.content], ["assistant", textOf(events)]);
  });

  test("with alternating reasoning and text is kept in the same order", async () => {
    server.upstream.script(() => ({
      steps: [
        { tokens: ["a"], as: "reasoning" },
        { tokens: ["b"] },
        { tokens: ["c"], as: "reasoning_content" },
        { tokens: ["d"] },
        { finish: "stop" },
        { done: true },
      ],
    }));
    const thread = threadOf(await server.as("ada").say({ content: "Hello" }));
    assert.deepEqual(
      (await history(thread)).map(({ role, content }) => `${role}: ${content}`),
      ["user: Hello", "thinking: a", "assistant: b", "thinking: c", "assistant: d"],
    );
    await server.as("ada").say({ content: "Again", thread_id: thread });
    assert.deepEqual(
      sentMessages()
        .slice(-3)
        .map(({ role, content }) => `${role}: ${content}`),
      ["user: Hello", "assistant: bd", "user: Again"],
    );
  });

  test("that is empty, missing or too long is refused", async () => {
    const cases: [Record<string, string>, number, unknown][] = [
      [{ content: "  " }, 400, "Message content cannot be empty"],
      [{ content: "x".repeat(100_001) }, 400, "Message content too long"],
    ];
    for (const [form, status, detail] of cases) {
      const response = await post({ form });
      assert.equal(response.status, status);
      assert.deepEqual(await response.json(), { detail });
    }
    assert.equal((await post({ form: { model: "alpha-large" } })).status, 422);
    assert.equal((await post({ form: { content: "x", unknown: "y" } })).status, 422);
  });

  test("for an unknown thread is answered by one error event, or by 404 where no stream is wanted", async () => {
    const form = { content: "Hello", thread_id: "00000000-0000-4000-8000-000000000000" };
    const events = eventsIn(await (await post({ form })).text());
    assert.equal(events.length, 1);
    assert.equal(events[0]?.event, "error");
    assert.match(JSON.stringify(events[0]), /Thread not found or access denied/);
    assert.equal((await post({ form, headers: { accept: "application/json" } })).status, 404);
  });

  test("naming a model that the user may not use is refused", async () => {
    const response = await server.as("beta")("/api/v1/message", {
      method: "POST",
      form: { content: "Hello", model: "alpha-large" },
    });
    assert.equal(response.status, 403);
  });
});

describe("what goes upstream", () => {
  test("is only what the chat API defines, with the earlier exchange as context", async () => {
    server.upstream.script(() => answer("first answer"));
    const thread = threadOf(await server.as("ada").say({ content: "first" }));
    await server.as("ada").say({ content: "second", thread_id: thread, system_prompt: "zero" });
    const body = server.upstream.requests.at(-1)?.body ?? {};
    assert.deepEqual(Object.keys(body).sort(), ["messages", "model", "stream", "stream_options"]);
    assert.deepEqual(body.messages, [
      { role: "user", content: "first" },
      { role: "assistant", content: "first answer" },
      { role: "user", content: "second" },
    ]);
  });

  test("has the chosen prompt as first, system message; `zero` and unknown keys send none", async () => {
    for (const key of ["zero", "unknown-key"]) {
      await server.as("ada").say({ content: "Hello", system_prompt: key });
      assert.equal(sentMessages()[0]?.role, "user", key);
    }
    await server.as("ada").say({ content: "Hello", system_prompt: "default" });
    assert.equal(sentMessages()[0]?.role, "system");
  });

  test("may name another model for each message", async () => {
    const thread = threadOf(await server.as("ada").say({ content: "Hello", model: "alpha-large" }));
    await server.as("ada").say({ content: "Hello", model: "beta-mini", thread_id: thread });
    assert.equal(server.upstream.requests.at(-1)?.body.model, "beta-mini");
    await server.as("ada").say({ content: "Hello", thread_id: thread });
    assert.equal(server.upstream.requests.at(-1)?.body.model, "alpha-large");
  });
});

describe("an upstream that", () => {
  const broken = async () => {
    const events = await server.as("ada").say({ content: "Hello" });
    const error = events.find(({ event }) => event === "error");
    const after = await history(threadOf(events));
    return { events, error: JSON.stringify(error?.data ?? {}), after };
  };

  test("refuses is quoted, the stream ends, and the key stays secret", async () => {
    server.upstream.script(() => refusal(400, "context too long for sk-test-secret"));
    const { events, error } = await broken();
    assert.deepEqual(names(events), ["thread_id", "error", "stream_end"]);
    assert.match(error, /context too long/);
    assert.doesNotMatch(error, /sk-test-secret/);
  });

  test("breaks off in the middle gives an error, and what came before is kept", async () => {
    server.upstream.script(() => ({
      steps: [{ tokens: ["half", " an"] }, { raw: 'data: {"cho' }, { breakOff: true }],
    }));
    const { events, error, after } = await broken();
    assert.equal(textOf(events), "half an");
    assert.match(error, /upstream_broken/);
    assert.equal(after.at(-1)?.content, "half an");
    assert.equal(events.at(-1)?.event, "stream_end");
  });

  test("sends an error inside a good stream is heard", async () => {
    server.upstream.script(() => ({
      steps: [{ tokens: ["so far"] }, { event: { error: { message: "overloaded" } } }],
    }));
    const { error, after } = await broken();
    assert.match(error, /overloaded/);
    assert.equal(after.at(-1)?.content, "so far");
  });

  test("sends garbage or a line without end gives an error and not a hang", async () => {
    for (const raw of [
      "<html>what</html>\n\n",
      "data: {not json}\n\n",
      `data: ${"x".repeat(10_000_000)}\n\n`,
    ]) {
      server.upstream.script(() => ({ steps: [{ tokens: ["before"] }, { raw }] }));
      const { events, error } = await broken();
      assert.equal(textOf(events), "before");
      assert.match(error, /upstream_/);
    }
  });

  test("is gone gives an error, an empty list of models, and works again when it is back", async () => {
    await server.upstream.goAway();
    const { error } = await broken();
    assert.match(error, /upstream_unreachable/);
    await server.upstream.comeBack();
    server.upstream.script(() => answer("back"));
    assert.equal(textOf(await server.as("ada").say({ content: "Hello" })), "back");
  });
});

describe("an upstream that stalls", () => {
  test("is given up after the configured time", async () => {
    const impatient = await startTestServer({ models: { first_byte_timeout_ms: 100, idle_timeout_ms: 100 } });
    for (const reply of [{ stall: true }, { steps: [{ tokens: ["a"] }, { stall: true }] }] as const) {
      impatient.upstream.script(() => reply);
      const events = await impatient.as("ada").say({ content: "Hello" });
      assert.match(JSON.stringify(events), /upstream_timeout/);
    }
    await impatient.close();
  });
});

describe("a rate limit", () => {
  test("lets ten messages through in ten seconds and tells the eleventh to wait", async () => {
    const limited = await startTestServer({ rate_limits: { enabled: true } });
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let n = 0; n < 11; n += 1) {
      last = await limited.as("ada")("/api/v1/message", { method: "POST", form: { content: "Hello" } });
      statuses.push(last.status);
      if (n < 10) await last.text();
    }
    assert.deepEqual(statuses, [...Array(10).fill(200), 429]);
    assert.deepEqual(await last?.json(), { detail: "Too many messages. Please wait 10 seconds." });
    await limited.close();
  });
});
