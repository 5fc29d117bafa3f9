import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { CallToolResult, Progress } from "@modelcontextprotocol/sdk/types.js";
import fc from "fast-check";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

const toolFile = `
const given = { description: "For the test.", parameters: { type: "object", properties: {} } };
const aborted = [];
export const count = { ...given, name: "count", readOnly: true, idempotent: true,
  parameters: { type: "object", properties: { to: { type: "integer" }, by: true }, required: ["to"] },
  async *execute({ to }) { for (let at = 1; at <= to; at += 1) yield "at " + at; return { counted: to }; } };
export const wait = { ...given, name: "wait", parameters: { type: "object", properties: { as: { type: "string" } } }, async *execute({ as }, { signal }) {
  signal.addEventListener("abort", () => aborted.push(as));
  yield "waiting";
  await new Promise(() => {});
} };
export const waited = { ...given, name: "waited", execute: () => aborted };
export const place = { ...given, name: "place", execute: (_, { host, signal, ...place }) => place };
export const fail = { ...given, name: "fail", execute() { throw new Error("no such luck"); } };
export const erase = { ...given, name: "erase", approve: "once", execute: () => "erased" };
export const ask = { ...given, name: "ask", execute: () => "not me" };
`;

const folder = mkdtempSync(join(tmpdir(), "skeleton-mcp-"));
let server: TestServer;
const clients: Client[] = [];

before(async () => {
  mkdirSync(join(folder, "tools"));
  writeFileSync(join(folder, "tools", "some.mjs"), toolFile);
  // The message limit alone is within reach: asking counts as a message, calling a tool does not.
  const out = { points: 1_000_000, seconds: 60 };
  const rate_limits = { enabled: true, message: { points: 12, seconds: 60 }, threads: out, login: out };
  server = await startTestServer({ plugins_path: folder, rate_limits });
});
after(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.close();
  rmSync(folder, { recursive: true });
});

async function connect(user: "ada" | "bob" | "beta", headers: Record<string, string> = {}): Promise<Client> {
  const login = await server.as(null)("/login", {
    ...{ method: "POST", json: { username: user, password: passwordOf(user) } },
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const client = new Client({ name: "test", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${token}`, ...headers } };
  const transport = new StreamableHTTPClientTransport(new URL("/mcp", server.url), { requestInit });
  await client.connect(transport as Transport);
  clients.push(client);
  return client;
}

type Options = Parameters<Client["callTool"]>[2];

const call = async (client: Client, name: string, args: Record<string, unknown> = {}, options?: Options) =>
  (await client.callTool({ name, arguments: args }, undefined, options)) as CallToolResult;
const textsOf = ({ content }: CallToolResult) =>
  content.map((part) => (part.type === "text" ? part.text : assert.fail(part.type)));

describe("another program", () => {
  let ada: Client;
  before(async () => {
    ada = await connect("ada");
  });

  test("sees the tools that ask nobody, with what is known of them, and `ask`", async () => {
    const { tools } = await ada.listTools();
    const names = tools.map(({ name }) => name).toSorted();
    assert.deepEqual(names, ["ask", "count", "fail", "place", "wait", "waited"]);
    const { inputSchema, annotations } = tools.find(({ name }) => name === "count") ?? assert.fail();
    const { properties, required } = inputSchema;
    assert.deepEqual([properties, required], [{ to: { type: "integer" }, by: {} }, ["to"]]);
    assert.deepEqual(annotations, { readOnlyHint: true, idempotentHint: true, destructiveHint: false });
    assert.equal(tools.find(({ name }) => name === "ask")?.description?.startsWith("Says something"), true);
  });

  test("calls a tool and hears how it gets on", async () => {
    const heard: Progress[] = [];
    const onprogress = (progress: Progress) => heard.push(progress);
    const result = await call(ada, "count", { to: "2" }, { onprogress });
    assert.deepEqual([textsOf(result), result.isError], [['{"counted":2}'], undefined]);
    assert.deepEqual(heard, [
      { progress: 1, message: "at 1" },
      { progress: 2, message: "at 2" },
    ]);
  });

  test("calls a tool for its user, and in no thread", async () => {
    assert.deepEqual(textsOf(await call(ada, "place")), ['{"userId":"ada"}']);
  });

  test("is told by the tool's own words when a call fails, or its arguments do not fit", async () => {
    const failed = await call(ada, "fail");
    assert.deepEqual([textsOf(failed), failed.isError], [["Error executing tool fail: no such luck"], true]);
    const misfit = await call(ada, "count", { to: "many" });
    assert.match(textsOf(misfit).join(), /'to' is "many", it must be a whole number/);
    assert.equal(misfit.isError, true);
  });

  test("cannot call a tool that asks before it runs, or one that is not there", async () => {
    for (const name of ["erase", "nothing"])
      await assert.rejects(call(ada, name), { code: -32602, message: /asks its user before it runs/ });
  });

  test("cancels its call, and not one of the same number by another program of the same user", async () => {
    const cancel = new AbortController();
    const [one, other] = [await connect("ada"), await connect("ada")];
    const calls: Promise<unknown>[] = [];
    for (const [as, client] of Object.entries({ one, other })) {
      const { promise: begun, resolve: onprogress } = Promise.withResolvers<unknown>();
      const options = { onprogress, ...(client === one && { signal: cancel.signal }) };
      calls.push(call(client, "wait", { as }, options).catch((error: unknown) => error));
      await begun;
    }
    const ended = async (atLeast: number): Promise<string[]> => {
      const names = JSON.parse(textsOf(await call(ada, "waited")).join()) as string[];
      return names.length < atLeast ? ended(atLeast) : names;
    };
    cancel.abort();
    assert.deepEqual(await ended(1), ["one"]);
    await other.close(); // nobody hears the result any more
    assert.deepEqual(await ended(2), ["one", "other"]);
    await Promise.all(calls);
  });

  test("asks a model, hears it speak, and goes on in the thread", async () => {
    server.upstream.script(answer("Hello to you"), answer("Still here"));
    const heard: string[] = [];
    const onprogress = ({ message = "" }: Progress) => heard.push(message);
    const first = await call(ada, "ask", { message: "Hello", model: "alpha-large" }, { onprogress });
    const said = first.structuredContent as { text: string; thread_id: string };
    assert.equal(said.text, "Hello to you");
    assert.deepEqual(textsOf(first), ["Hello to you", `thread_id: ${said.thread_id}`]);
    assert.equal(heard.join(""), "Hello to you");
    const second = await call(ada, "ask", { message: "There?", thread_id: said.thread_id });
    assert.deepEqual(second.structuredContent, { text: "Still here", thread_id: said.thread_id });
    const history = await server
      .as("ada")
      .get<{ content: string }[]>(`/api/v1/threads/${said.thread_id}/messages`);
    const contents = history.map(({ content }) => content);
    assert.deepEqual(contents, ["Hello", "Hello to you", "There?", "Still here"]);
    for (const thread_id of [said.thread_id, "no-such-thread"]) {
      const foreign = call(await connect("bob"), "ask", { message: "Let me see", thread_id });
      await assert.rejects(foreign, { code: -32602, message: /Thread not found/ });
    }
  });

  test("is told when the turn fails", async () => {
    server.upstream.script({ status: 400, body: { error: { message: "I do not like it" } } });
    const result = await call(ada, "ask", { message: "Hello", model: "alpha-large" });
    assert.equal(result.isError, true);
    assert.match(textsOf(result).join("\n"), /I do not like it(.|\n)*thread_id: /);
  });

  test("stops the turn with its call; what was said is kept", async () => {
    server.upstream.script({ steps: [{ tokens: ["kept "] }, { stall: true }] });
    const cancel = new AbortController();
    const options = { onprogress: () => cancel.abort(), signal: cancel.signal };
    await assert.rejects(call(ada, "ask", { message: "Stop", model: "alpha-large" }, options));
    assert.equal(await server.upstream.requests.at(-1)?.closed, true);
    const [thread] = await server.as("ada").get<{ id: string }[]>("/api/v1/threads?limit=1");
    type Turn = { running_turn: string | null; last_turn: { turn_id: string } };
    const { running_turn, last_turn } = await server.as("ada").get<Turn>(`/api/v1/threads/${thread?.id}`);
    await (await server.as("ada")(`/api/v1/turns/${running_turn ?? last_turn.turn_id}/events`)).text();
    const history = await server
      .as("ada")
      .get<{ content: string; interrupted?: true }[]>(`/api/v1/threads/${thread?.id}/messages?details=true`);
    assert.deepEqual([history.at(-1)?.content, history.at(-1)?.interrupted], ["kept ", true]);
  });

  test("is held to its user's models, to the rules for messages, and to how many there may be", async () => {
    const beta = await connect("beta");
    const ask = (args: Record<string, unknown>) => call(beta, "ask", args);
    await assert.rejects(ask({ message: "Hello", model: "alpha-large" }), {
      ...{ code: -32602, data: { code: "model_not_allowed" } },
    });
    await assert.rejects(ask({ message: " ", model: "beta-mini" }), { message: /cannot be empty/ });
    await assert.rejects(ask({ model: "beta-mini" }), { code: -32602 });
    await assert.rejects(ask({ message: "Hello", role: "admin" }), { code: -32602 });
    const many = Array.from({ length: 12 }, () => ask({ message: " " }).catch((error: unknown) => error));
    const last = (await Promise.all(many)).at(-1) as { code: number; data: Record<string, unknown> };
    assert.deepEqual([last.code, last.data.code], [-32000, "rate_limited"]);
    assert.ok(Number(last.data.retry_after) > 0);
    assert.deepEqual(textsOf(await call(beta, "count", { to: 0 })), ['{"counted":0}']);
  });
});

describe("the door", () => {
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  const post = (headers: Record<string, string>, body: unknown = ping, user: "ada" | null = "ada") =>
    server.as(user)("/mcp", { method: "POST", json: body, headers });

  test("is closed without a token, and with a bad one", async () => {
    assert.equal((await post({}, ping, null)).status, 401);
    const bad = await post({ authorization: "Bearer nonsense" });
    assert.deepEqual([bad.status, bad.headers.get("www-authenticate")], [401, "Bearer"]);
    const { error } = (await bad.json()) as { error: { code: number } };
    assert.equal(error.code, -32000);
  });

  test("is closed to pages of others, also to one whose name points here", async () => {
    const { host } = new URL(server.url);
    for (const [origin, status] of [
      ...[["https://evil.example", 403] as const, ["null", 403] as const, [`http://${host}`, 200] as const],
      ["http://127.0.0.1:1", 403] as const,
    ])
      assert.equal((await post({ origin })).status, status, origin);
    const { refuseForeignOrigin } = await import("../../src/http/mcp/foreign-origin.ts");
    const config = { cors_origins: ["https://pages.example"], public_url: "https://chat.example/" };
    const from = (origin: string) => refuseForeignOrigin({ origin, host: new URL(origin).host }, config);
    from("https://pages.example");
    from("https://chat.example");
    from("http://[::1]:8000");
    assert.throws(() => from("http://rebound.example:8000"), { code: "forbidden" });
  });

  test("answers what is no message in the protocol's own shape", async () => {
    const cases: readonly (readonly [string, number, number])[] = [
      ["{", 400, -32700],
      ["[]", 400, -32600],
      ["{}", 400, -32600],
      [JSON.stringify({ ...ping, id: null }), 400, -32600],
      [`{"a":${"[".repeat(100)}${"]".repeat(100)}}`, 400, -32700],
      [JSON.stringify({ ...ping, params: { pad: "x".repeat(3_000_000) } }), 413, -32600],
      [JSON.stringify({ ...ping, method: "resources/list" }), 200, -32601],
      [JSON.stringify({ ...ping, method: "tools/call" }), 200, -32602],
    ];
    for (const [body, status, code] of cases) {
      const headers = { "content-type": "application/json" };
      const response = await server.as("ada")("/mcp", { method: "POST", body, headers });
      const text = (await response.text()).replace(/^data: /, ""); // a call is answered by a stream
      const { jsonrpc, error } = JSON.parse(text) as { jsonrpc: string; error: { code: number } };
      assert.deepEqual([response.status, jsonrpc, error.code], [status, "2.0", code], body.slice(0, 80));
    }
    const version = await post({ "mcp-protocol-version": "1999-01-01" });
    assert.equal(version.status, 400);
    assert.equal((await server.as("ada")("/mcp")).status, 405);
  });

  test("answers no message, however odd, by a fault of the server", async () => {
    const seed = process.env.SKELETON_TEST_SEED;
    const name = fc.constantFrom("count", "fail", "erase", "toString", "__proto__");
    const params = fc.oneof(
      fc.record({ name, arguments: fc.jsonValue(), _meta: fc.jsonValue() }, { requiredKeys: [] }),
      fc.dictionary(fc.constantFrom("name", "protocolVersion", "requestId", "_meta"), fc.jsonValue()),
    );
    const method = fc.constantFrom("initialize", "tools/list", "tools/call", "notifications/cancelled");
    const id = fc.oneof(fc.integer(), fc.string(), fc.jsonValue());
    const message = fc.record(
      { jsonrpc: fc.constant("2.0"), id, method, params },
      { requiredKeys: ["method"] },
    );
    await fc.assert(
      fc.asyncProperty(message, async (body) => {
        const response = await post({}, body);
        assert.ok(response.status < 500);
        assert.doesNotMatch(await response.text(), /-32603/);
      }),
      { numRuns: 150, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  });
});
