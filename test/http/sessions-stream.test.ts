import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, describe, test } from "node:test";
import { answer, refusal } from "../../src/testkit/scripted-reply.ts";
import { until } from "../../src/testkit/until.ts";
import { chunksIn, textIn } from "../support/completion-chunks.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

type Message = { readonly role: string; readonly content: string };

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const post = (path: string, json: unknown, init: RequestInit = {}) =>
  server.as("ada")(path, { method: "POST", json, ...init });

async function session(): Promise<string> {
  const { id } = (await (await post("/api/sessions", { title: "Before" })).json()) as { id: string };
  return id;
}

const say = (id: string, message: string, more: object = {}) =>
  post(`/api/sessions/${id}/chat/stream`, { message, ...more });

const messages = (id: string) => server.as("ada").get<readonly Message[]>(`/api/sessions/${id}/messages`);

const inShort = (list: readonly Message[]) => list.map(({ role, content }) => `${role}: ${content}`);

const title = async (id: string) =>
  (await server.as("ada").get<{ id: string; title: string }[]>("/api/sessions")).find((one) => one.id === id)
    ?.title;

const asked = () =>
  (server.upstream.requests.at(-1)?.body ?? {}) as { messages: readonly Message[]; model: string } & Record<
    string,
    unknown
  >;

describe("the stream of a session", () => {
  test("is chunks of a completion and one end; both messages are kept", async () => {
    server.upstream.script(answer("Good day to you.", { reasoning: "Hm." }));
    const id = await session();
    const response = await say(id, "  Hello there  ", { model: "beta-mini" });
    assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
    const chunks = chunksIn(await response.text());
    assert.equal(textIn(chunks), "Good day to you.");
    assert.equal(chunks.at(-1)?.choices?.[0]?.finish_reason, "stop");
    assert.equal(asked().model, "beta-mini");
    assert.deepEqual(inShort(await messages(id)), ["user: Hello there", "assistant: Good day to you."]);
  });

  test("the first message gives the title, and no later one does", async () => {
    server.upstream.script(answer("One."), answer("Two."));
    const id = await session();
    await (await say(id, `${"x".repeat(59)}𝒳yz`)).text();
    assert.equal(await title(id), `${"x".repeat(59)}𝒳`);
    await (await say(id, "Another")).text();
    assert.equal(await title(id), `${"x".repeat(59)}𝒳`);
    assert.deepEqual(
      asked().messages.filter(({ role }) => role !== "system"),
      [
        { role: "user", content: `${"x".repeat(59)}𝒳yz` },
        { role: "assistant", content: "One." },
        { role: "user", content: "Another" },
      ],
    );
  });

  test("what cannot be said is refused before anything is kept", async () => {
    const id = await session();
    const fails = async (path: string, body: object) => {
      const response = await post(path, body);
      return [response.status, JSON.stringify(await response.json())] as const;
    };
    const here = `/api/sessions/${id}/chat/stream`;
    const missing = here.replace(id, "00000000-0000-4000-8000-000000000000");
    assert.deepEqual(await fails(missing, { message: "x" }), [404, '{"error":"Session not found"}']);
    assert.deepEqual(await fails(here, { message: "  " }), [400, '{"error":"Missing message"}']);
    for (const body of [{ message: "x".repeat(10_001) }, { message: "" }, { message: "x", model: "" }, {}]) {
      const [status, text] = await fails(here, body);
      assert.equal(status, 400);
      assert.match(text, /^\{"errors":\[\{"type":"field"/);
    }
    assert.deepEqual(await messages(id), []);
    server.upstream.script(answer("Long."));
    assert.equal((await say(id, "x".repeat(10_000))).status, 200);
  });

  test("an upstream that refuses is told with its status; trying again does not double the message", async () => {
    server.upstream.script(refusal(429, "Slow down, sk-test-secret"), answer("Here I am."));
    const id = await session();
    const refused = await say(id, "Anybody?");
    const body = await refused.text();
    assert.equal(refused.status, 429);
    assert.match(body, /^\{"error":"Session streaming failed","details":\{"message":".*Slow down/);
    assert.equal(body.includes("sk-test-secret"), false);
    assert.equal(textIn(chunksIn(await (await say(id, "Anybody?")).text())), "Here I am.");
    assert.deepEqual(inShort(await messages(id)), ["user: Anybody?", "assistant: Here I am."]);
  });

  test("an upstream that is not there is told as such", async () => {
    const id = await session();
    server.upstream.script({ hangUp: true }, { hangUp: true }); // a connection that was kept open is tried once more
    const response = await say(id, "Hello?");
    assert.equal(response.status, 500);
    assert.match(await response.text(), /^\{"error":"Failed to connect to LiteLLM","message":".+"\}$/);
  });

  test("an upstream that breaks off in the middle ends the stream, and what it said is kept", async () => {
    server.upstream.script({ steps: [{ tokens: ["Half ", "a "] }, { breakOff: true }] });
    const id = await session();
    const chunks = chunksIn(await (await say(id, "Go on")).text());
    assert.equal(textIn(chunks), "Half a ");
    assert.ok(chunks.some(({ error }) => error !== undefined));
    assert.deepEqual(inShort(await messages(id)), ["user: Go on", "assistant: Half a "]);
  });

  test("events that come in pieces lose nothing", async () => {
    const text = "Größe, 大きさ, 𝒳 and so on. ".repeat(30);
    server.upstream.script({ ...answer(text), cutBytes: 7 });
    const id = await session();
    assert.equal(textIn(chunksIn(await (await say(id, "Pieces")).text())), text);
    assert.equal((await messages(id))[1]?.content, text);
  });

  test("each event leaves in a piece of its own, small enough not to be cut", async () => {
    server.upstream.script({ steps: [{ tokens: ["𝒳".repeat(9000)] }, { finish: "stop" }, { done: true }] });
    const id = await session();
    const pieces = await piecesOf(`/api/sessions/${id}/chat/stream`, { message: "Long" });
    const events = pieces.flatMap((piece) => piece.split(/(?<=\n\n)/));
    assert.ok(events.every((event) => event.startsWith("data: ") && event.endsWith("\n\n")));
    assert.ok(Math.max(...events.map((event) => Buffer.byteLength(event))) < 4096);
    assert.equal(textIn(chunksIn(pieces.join(""))), "𝒳".repeat(9000));
  });

  test("a client that leaves still finds the whole answer later", async () => {
    const gate = Promise.withResolvers<void>();
    server.upstream.script(
      answer("All of it.", { pace: async (index) => index > 0 && (await gate.promise) }),
    );
    const id = await session();
    const leaving = new AbortController();
    const response = await post(
      `/api/sessions/${id}/chat/stream`,
      { message: "Hi" },
      { signal: leaving.signal },
    );
    await response.body?.getReader().read();
    leaving.abort();
    gate.resolve();
    await until("its answer is kept", async () => (await messages(id)).length === 2);
    assert.deepEqual(inShort(await messages(id)), ["user: Hi", "assistant: All of it."]);
  });
});

describe("a role in front of a message", () => {
  const written = (message: string) => `[[ROLE:Reviewer]]\nBe strict.\nAlways.\n---\n${message}`;

  test("is an instruction of that one answer, and neither in history nor title", async () => {
    server.upstream.script(answer("Done."), answer("Again."));
    const id = await session();
    await (await say(id, written("Look at this\n---\nplease"))).text();
    assert.deepEqual(asked().messages, [
      { role: "system", content: "Be strict.\nAlways." },
      { role: "user", content: "Look at this\n---\nplease" },
    ]);
    assert.equal(await title(id), "Look at this\n---\nplease");
    assert.deepEqual(inShort(await messages(id)), ["user: Look at this\n---\nplease", "assistant: Done."]);
    await (await say(id, "Without")).text();
    assert.equal(JSON.stringify(asked().messages).includes("strict"), false);
  });

  test("is as long as a role may be, and no longer", async () => {
    const id = await session();
    const response = await say(id, `[[ROLE:Long]]\n${"x".repeat(5001)}\n---\nHi`);
    assert.equal(response.status, 400);
    assert.match(JSON.stringify(await response.json()), /may have 5000 characters/);
  });

  test("does not count against the length of the message, and alone says nothing", async () => {
    const id = await session();
    server.upstream.script(answer("Long."));
    assert.equal((await say(id, written("x".repeat(10_000)))).status, 200);
    assert.equal((await say(id, written("x".repeat(10_001)))).status, 400);
    const blank = await say(id, written("  "));
    assert.deepEqual([blank.status, await blank.json()], [400, { error: "Missing message" }]);
  });
});

test("a plan that a client makes by two messages may be as long as it likes", async () => {
  server.upstream.script(answer("1. Think"), answer("Done."));
  const id = await session();
  const plan = textIn(
    chunksIn(
      await (await say(id, "Answer with a checklist.\n\nTask: Bake", { model: "alpha-large" })).text(),
    ),
  );
  const second = `Carry it out.\n\nOriginal question: Bake\n\nPlan (do not echo):\n${plan.repeat(2000)}`;
  assert.equal(textIn(chunksIn(await (await say(id, second, { model: "beta-mini" })).text())), "Done.");
  assert.equal(asked().model, "beta-mini");
});

test("the calls of the original's page, one after the other as it makes them", async () => {
  server.upstream.script(answer("Hello yourself."), answer("Better."));
  const url = (path: string) => `${server.url}/api${path}`;
  const json = { "Content-Type": "application/json" };
  const login = await fetch(url("/login"), {
    method: "POST",
    headers: json,
    body: JSON.stringify({ username: "bob", password: passwordOf("bob") }),
  });
  const cookie = login.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
  const { token } = (await login.json()) as { token: string };
  const bearer = { ...json, Authorization: `Bearer ${token}` };
  assert.deepEqual(await (await fetch(url("/sessions"), { headers: bearer })).json(), []);
  const created = await fetch(url("/sessions"), {
    method: "POST",
    headers: bearer,
    body: JSON.stringify({ title: "New Chat" }),
  });
  assert.equal(created.status, 201);
  const { id } = (await created.json()) as { id: string };
  const models = (await (await fetch(url("/models"), { headers: { cookie } })).json()) as {
    data: { model_name: string }[];
  };
  assert.deepEqual(await (await fetch(url(`/sessions/${id}/messages`), { headers: bearer })).json(), []);
  const stream = await fetch(url(`/sessions/${id}/chat/stream`), {
    method: "POST",
    headers: bearer,
    body: JSON.stringify({ message: "Hello", model: models.data[0]?.model_name }),
  });
  assert.equal(textIn(chunksIn(await stream.text())), "Hello yourself.");
  const [listed] = (await (await fetch(url("/sessions"), { headers: bearer })).json()) as { title: string }[];
  assert.equal(listed?.title, "Hello");
  const edited = await fetch(url("/chat/completions/stream"), {
    method: "POST",
    headers: { ...json, cookie, origin: server.url },
    body: JSON.stringify({
      model: models.data[0]?.model_name,
      messages: [{ role: "user", content: "Hello!" }],
      stream: true,
    }),
  });
  assert.equal(textIn(chunksIn(await edited.text())), "Better.");
  const deleted = await fetch(url(`/sessions/${id}`), { method: "DELETE", headers: bearer });
  assert.equal(deleted.status, 204);
  assert.deepEqual(await (await fetch(url("/sessions"), { headers: bearer })).json(), []);
});

/** A stream as its socket brings it, a text a chunk. */
async function piecesOf(path: string, body: unknown): Promise<readonly string[]> {
  const login = await fetch(`${server.url}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "ada", password: passwordOf("ada") }),
  });
  const { token } = (await login.json()) as { token: string };
  const pieces: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const request = httpRequest(
      `${server.url}${path}`,
      { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` } },
      (response) => {
        response.on("data", (bytes: Buffer) => pieces.push(bytes.toString()));
        response.on("end", resolve);
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
  return pieces;
}
