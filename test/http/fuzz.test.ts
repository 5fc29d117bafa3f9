import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { startTestServer, type TestServer } from "../support/test-server.ts";

/*
 * The API's own description drives this: every operation gets bodies, ids and queries that nobody thought of.
 * The seed of a failing run is printed; give it as SKELETON_TEST_SEED to run it again.
 */

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

type Responses = Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
type Operation = {
  path: string;
  method: string;
  query: readonly string[];
  form: boolean;
  hasBody: boolean;
  responses: Responses;
};

async function operations(): Promise<readonly Operation[]> {
  type Described = {
    parameters?: { in: string; name: string }[];
    requestBody?: { content: Record<string, unknown> };
    responses: Responses;
  };
  const { paths } = await server
    .as("ada")
    .get<{ paths: Record<string, Record<string, Described>> }>("/openapi.json");
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody, responses }]) => ({
      path,
      method: method.toUpperCase(),
      query: parameters.filter((one) => one.in === "query").map(({ name }) => name),
      form: Object.keys(requestBody?.content ?? {}).some((type) => type.includes("form")),
      hasBody: requestBody !== undefined,
      responses,
    })),
  );
}

const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "../..",
    "null",
    "-1",
    "1e999",
    "[]",
    "{}",
    "a".repeat(300),
    "🦴",
    "%",
    "'",
  ),
);

/** Field names that exist, so that what is odd is in their values. */
const fields = [
  ...[
    "username",
    "password",
    "secret",
    "title",
    "archived",
    "pinned",
    "settings",
    "content",
    "model",
    "system_prompt",
    ...["message", "messages", "name", "instructions", "shared", "plan_mode"],
    ...["user_input", "session_id", "conversation_id", "assistant_context", "url", "events", "active"],
  ],
  ...["thread_id", "parent_id", "temperature", "__proto__", "constructor"],
];

const oddBody = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.jsonValue({ maxDepth: 2 }), oddText)),
);

type Failure = Readonly<Record<"detail" | "jsonrpc" | "error" | "errors", unknown>>;

/** How the surface that a path belongs to tells of a failure. */
function shapeOf(path: string): (answer: Failure) => boolean {
  if (path === "/mcp") return ({ jsonrpc, error }) => jsonrpc === "2.0" && typeof error === "object";
  if (path.startsWith("/chat/api/"))
    return ({ detail, error }) =>
      [detail, error].some((told) => typeof told === "string" || Array.isArray(told));
  if (/^\/api\/(?!v1\/)/.test(path))
    return ({ error, errors }) => typeof error === "string" || Array.isArray(errors);
  return ({ detail }) => typeof detail === "string" || Array.isArray(detail);
}

/** How an answer differs from what the reference says of its operation. */
function undescribed({ responses }: Operation, { status, headers }: Response): string | undefined {
  const described = responses[status] ?? responses[`${String(status)[0]}XX`];
  if (described === undefined) return `is told nowhere: there are ${Object.keys(responses)}`;
  const type = headers.get("content-type")?.split(";", 1)[0];
  const types = Object.keys(described.content ?? {});
  return type === undefined || types.length === 0 || types.includes(type)
    ? undefined
    : `is ${type}, and should be ${types}`;
}

test("every operation of the reference says how it answers, and answers so", async () => {
  const all = await operations();
  const operation = (method: string, path: string) =>
    all.find((one) => one.method === method && one.path === path) as Operation;
  for (const { method, path, responses } of all)
    assert.ok(
      Object.keys(responses).some((status) => status.startsWith("2")),
      `${method} ${path}`,
    );
  const ada = server.as("ada");
  const session = (await (await ada("/api/sessions", { method: "POST", json: {} })).json()) as { id: string };
  const role = { method: "POST", json: { name: "Described", instructions: "x" } };
  const { id } = (await (await ada("/api/roles", role)).json()) as { id: string };
  const form = { content: "hi" };
  const messages = [{ role: "user", content: "hi" }];
  const asJson = { accept: "application/json" };
  const calls: readonly (readonly [
    string,
    string,
    Parameters<typeof ada>[1],
    (readonly [string, string])?,
  ])[] = [
    ["POST", "/api/v1/message", { form }],
    ["POST", "/api/v1/message", { form, headers: asJson }],
    ["GET", "/api/v1/events", {}],
    ["GET", "/api/v1/events", { headers: asJson }],
    ["GET", "/api/v1/roles/export", {}],
    ["GET", "/api/v1/threads/{thread_id}/export", {}, ["{thread_id}", session.id]],
    ["POST", "/api/chat/completions", { json: { messages } }],
    ["POST", "/api/chat/completions/stream", { json: { messages } }],
    ["POST", "/api/sessions/{id}/chat/stream", { json: { message: "hi" } }, ["{id}", session.id]],
    ["DELETE", "/api/sessions/{id}", {}, ["{id}", session.id]],
    ["DELETE", "/api/roles/{id}", {}, ["{id}", id]],
    ["POST", "/mcp", { json: { jsonrpc: "2.0", id: 1, method: "ping" } }],
    ["POST", "/mcp", { json: { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x" } } }],
    ["POST", "/mcp", { json: {} }],
  ];
  for (const [method, path, init, [place, value] = ["", ""]] of calls) {
    const leave = new AbortController();
    const response = await ada(path.replace(place, value), { ...init, method, signal: leave.signal });
    const told = undescribed(operation(method, path), response);
    assert.equal(told, undefined, `${method} ${path}: ${response.status} ${told}`);
    leave.abort();
  }
});

test("no request, however odd, is answered by a 500, a hang or another shape than its surface has", async () => {
  const all = (await operations()).filter(({ path }) => !path.endsWith("/logout")); // that one would end the token
  assert.ok(all.length > 20);
  const seed = process.env.SKELETON_TEST_SEED;
  const request = fc.record({
    operation: fc.constantFrom(...all),
    ids: fc.array(
      oddText.filter((id) => id !== "" && id !== "." && id !== ".."),
      { minLength: 2, maxLength: 2 },
    ),
    query: fc.array(oddText, { minLength: 6, maxLength: 6 }),
    body: oddBody,
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ operation, ids, query, body }) => {
      let next = 0;
      const path = operation.path.replaceAll(/\{\w+\}/g, () =>
        encodeURIComponent((ids[next++] ?? "x").toWellFormed()),
      );
      const search = new URLSearchParams(operation.query.map((name, index) => [name, query[index] ?? ""]));
      const leave = new AbortController();
      const response = await server.as("ada")(`${path}?${search}`, {
        method: operation.method,
        signal: AbortSignal.any([leave.signal, AbortSignal.timeout(10_000)]),
        ...(operation.form
          ? {
              form: Object.fromEntries(
                Object.entries(Object(body)).map(([name, value]) => [name, String(value)]),
              ),
            }
          : operation.hasBody
            ? { json: body }
            : {}),
      });
      const where = `${operation.method} ${path}: ${response.status}`.slice(0, 300);
      assert.ok(response.status < 500, where);
      const told = undescribed(operation, response);
      assert.equal(told, undefined, `${where} ${told}`);
      if (response.status >= 400) {
        const answer = (await response.json()) as Record<"detail" | "jsonrpc" | "error" | "errors", unknown>;
        assert.match(response.headers.get("x-error-code") ?? "bad_input", /^[a-z_]+$/, where);
        assert.ok(shapeOf(path)(answer), `${where} ${JSON.stringify(answer)}`);
      }
      leave.abort();
    }),
    { numRuns: 300, ...(seed === undefined ? {} : { seed: Number(seed) }) },
  );
});
