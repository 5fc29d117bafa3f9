import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { chunksIn, textIn } from "../support/completion-chunks.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const post = (path: string, json: unknown, init: RequestInit = {}) =>
  server.as("ada")(path, { method: "POST", json, ...init });

const asked = () => (server.upstream.requests.at(-1)?.body ?? {}) as Record<string, unknown>;

describe("completions that are kept nowhere", () => {
  const body = {
    model: "alpha-large",
    messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
    temperature: 0.3,
    custom_field: { a: 1 },
  };
  const threads = async () => (await server.as("ada").get<unknown[]>("/api/v1/threads")).length;

  test("are answered whole, with what the client set", async () => {
    const before = await threads();
    server.upstream.script(answer("Good day."));
    const books = { user: "bob", metadata: { tags: ["paid"] }, tags: ["paid"], litellm_metadata: {}, n: 1 };
    const response = await post("/api/chat/completions", { ...body, ...books });
    assert.equal(response.status, 200);
    for (const name of Object.keys(books)) assert.equal(name in asked(), false, name);
    const { object, model, choices, usage } = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(
      { object, model, choices, usage },
      {
        object: "chat.completion",
        model: "alpha-large",
        choices: [{ index: 0, message: { role: "assistant", content: "Good day." }, finish_reason: "stop" }],
        usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
      },
    );
    const { messages: sent, temperature, custom_field: custom } = asked();
    assert.deepEqual(
      { sent, temperature, custom },
      {
        sent: [{ role: "user", content: "Hi" }],
        temperature: 0.3,
        custom: { a: 1 },
      },
    );
    assert.equal(await threads(), before);
  });

  test("are streamed in chunks with one end, and stop upstream when nobody listens", async () => {
    server.upstream.script(answer("Good day."), {
      steps: [{ tokens: ["One "] }, { stall: true }],
    });
    const text = await (await post("/api/chat/completions/stream", body)).text();
    assert.equal(textIn(chunksIn(text)), "Good day.");
    assert.equal(text.split("[DONE]").length, 2);
    assert.equal(asked().temperature, 0.3);
    const leaving = new AbortController();
    const response = await post("/api/chat/completions/stream", body, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    assert.equal(await server.upstream.requests.at(-1)?.closed, true);
  });

  test("stream each tool call under an index of its own, so that a client does not make one of two", async () => {
    const toolCalls = ["a", "b"].map((id, index) => ({ index, id, name: `look_${id}`, arguments: "{}" }));
    server.upstream.script({ steps: [{ toolCalls }, { finish: "tool_calls" }, { done: true }] });
    const tools = toolCalls.map(({ name }) => ({ type: "function", function: { name } }));
    const text = await (await post("/api/chat/completions/stream", { ...body, tools })).text();
    const calls = chunksIn(text).flatMap(({ choices }) => choices?.[0]?.delta.tool_calls ?? []);
    assert.deepEqual(
      calls.map(({ index, id }) => [index, id]),
      [
        [0, "a"],
        [1, "b"],
      ],
    );
  });

  test("end with the sign-in of whoever listens", async () => {
    server.upstream.script({ steps: [{ tokens: ["One "] }, { stall: true }] });
    const login = await post("/api/login", { username: "bob", password: passwordOf("bob") });
    const { token } = (await login.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const url = `${server.url}/api/chat/completions/stream`;
    const stream = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    await fetch(`${server.url}/logout`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
    await assert.rejects(stream.text());
    assert.equal(await server.upstream.requests.at(-1)?.closed, true);
  });

  test("cannot be sent to models, endpoints or keys that nobody looked at", async () => {
    const before = server.upstream.requests.length;
    for (const around of [
      { models: ["beta-large"] },
      { fallbacks: ["beta-large"] },
      { api_base: "http://x" },
    ])
      for (const path of ["/api/chat/completions", "/api/chat/completions/stream"]) {
        const refused = await post(path, { ...body, ...around });
        assert.equal(refused.status, 400);
        assert.match(await refused.text(), /cannot be chosen here/);
      }
    assert.equal(server.upstream.requests.length, before);
  });

  test("tell an upstream's refusal with its status, and never the key", async () => {
    server.upstream.script(refusal(400, "Bad sk-test-secret"), refusal(503, "Down"), {
      steps: [{ tokens: ["Half "] }, { breakOff: true }],
    });
    const whole = await post("/api/chat/completions", body);
    const words = await whole.text();
    assert.equal(whole.status, 400);
    assert.match(words, /"error":"Chat completion failed","details"/);
    assert.equal(words.includes("sk-test-secret"), false);
    const streamed = await post("/api/chat/completions/stream", body);
    assert.equal(streamed.status, 503);
    assert.match(await streamed.text(), /"error":"Streaming chat completion failed"/);
    const chunks = chunksIn(await (await post("/api/chat/completions/stream", body)).text());
    assert.ok(chunks.at(-1)?.error);
  });

  test("refuse what cannot be read, and models that the user may not use", async () => {
    for (const bad of [{}, { messages: [] }, { messages: [{ content: "no role" }] }])
      assert.equal((await post("/api/chat/completions", bad)).status, 400);
    const image = { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] };
    assert.equal((await post("/api/chat/completions", image)).status, 400);
    assert.equal(
      (await post("/api/chat/completions", { messages: [{ role: "odd", content: "x" }] })).status,
      400,
    );
    assert.equal((await post("/api/chat/completions", { ...body, n: 2 })).status, 400);
    const other = await server.as("beta")("/api/chat/completions", { method: "POST", json: body });
    assert.equal(other.status, 403);
  });
});
