import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SignJWT } from "jose";
import { refusal } from "../../src/testkit/scripted-reply.ts";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

type Session = {
  readonly id: string;
  readonly title: string;
  readonly created_at: string;
  readonly updated_at: string;
};
type Role = {
  readonly id: string;
  readonly name: string;
  readonly instructions: string;
  readonly updated_at: string;
};

const secret = "a secret that the test knows, too";

let server: TestServer;
let closed: TestServer;
before(async () => {
  server = await startTestServer({ models: { list_ttl_ms: 0 }, open_api: { enabled: true, user: "ada" } });
  closed = await startTestServer({
    auth: { jwt_secret: secret },
    sessions_api: { allowed_origins: ["https://chat.example:8443"], cors_allow_all: false },
  });
});
after(() => Promise.all([server.close(), closed.close()]));

const unknown = "00000000-0000-4000-8000-000000000000";

const send = (path: string, json?: unknown, method = "POST", who: "ada" | "bob" | null = "ada") =>
  server.as(who)(path, { method, ...(json === undefined ? {} : { json }) });

/** Status and body of an answer. */
async function told(answer: Promise<Response>): Promise<readonly [number, unknown]> {
  const response = await answer;
  const text = await response.text();
  return [response.status, text === "" ? undefined : JSON.parse(text)];
}

const made = async (title?: string) =>
  (await (await send("/api/sessions", title === undefined ? {} : { title })).json()) as Session;

describe("signing in", () => {
  const signIn = (username: unknown, password: unknown) =>
    told(send("/api/login", { username, password }, "POST", null));

  test("gives a token that works, and says who it is", async () => {
    const response = await send(
      "/api/login",
      { username: " ada ", password: passwordOf("ada") },
      "POST",
      null,
    );
    assert.equal(response.status, 200);
    const { token, user } = (await response.json()) as { token: string; user: object };
    assert.deepEqual(user, { id: "ada", username: "ada", role: "admin" });
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await fetch(`${server.url}/api/sessions`, { headers })).status, 200);
    const cookie = response.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
    assert.equal((await fetch(`${closed.url}/api/models`, { headers: { cookie } })).status, 403);
    const models = (headers: Record<string, string>) =>
      fetch(`${server.url}/api/models`, { headers: { cookie, ...headers } });
    assert.equal((await models({})).status, 200);
    assert.equal((await models({ origin: server.url })).status, 200);
    assert.equal(
      (await models({ origin: "http://127.0.0.1:5173" })).status,
      403,
      "another port is another page",
    );
    assert.equal((await models({ "sec-fetch-site": "same-site" })).status, 403);
  });

  test("gives a page elsewhere the token alone: it could sign its reader in as somebody else", async () => {
    const body = JSON.stringify({ username: "ada", password: passwordOf("ada") });
    const cookies = async (from: Record<string, string>) => {
      const headers = { "content-type": "application/json", ...from };
      const response = await fetch(`${server.url}/api/login`, { method: "POST", headers, body });
      assert.equal(response.status, 200);
      return response.headers.getSetCookie().length;
    };
    const elsewhere = "http://localhost:5173";
    assert.equal(await cookies({ origin: elsewhere }), 0);
    assert.equal(await cookies({ origin: elsewhere, "sec-fetch-site": "same-site" }), 0);
    assert.equal(await cookies({ origin: server.url }), 1);
    assert.equal(await cookies({ origin: "https://before-the-proxy", "sec-fetch-site": "same-origin" }), 1);
  });

  test("refuses a wrong password, and names the field that cannot be used", async () => {
    assert.deepEqual(await signIn("ada", "wrong"), [401, { error: "Invalid credentials" }]);
    const field = (path: string, value?: unknown) => ({
      errors: [
        {
          type: "field",
          ...(value === undefined ? {} : { value }),
          msg: "Invalid value",
          path,
          location: "body",
        },
      ],
    });
    assert.deepEqual(await signIn("", "x"), [400, field("username", "")]);
    assert.deepEqual(await signIn("x".repeat(51), "x"), [400, field("username", "x".repeat(51))]);
    assert.deepEqual(await signIn("ada", ""), [400, field("password")]);
    assert.deepEqual(await signIn(7, "x"), [400, field("username", 7)]);
    assert.deepEqual(await signIn("  ", "x"), [400, { error: "Username and password required" }]);
    assert.deepEqual(await told(send("/api/login", { password: "x" }, "POST", null)), [
      400,
      field("username"),
    ]);
  });

  test("is asked for where a session is, in the words that clients know", async () => {
    assert.deepEqual(await told(server.as(null)("/api/sessions")), [401, { error: "Access token required" }]);
    const bad = { headers: { authorization: "Bearer broken" } };
    assert.deepEqual(await told(server.as(null)("/api/sessions", bad)), [
      403,
      { error: "Invalid or expired token" },
    ]);
    assert.deepEqual(await told(server.as(null)("/api/roles")), [401, { error: "Access token required" }]);
  });

  test("counts until its token has grown old", async () => {
    const asked = async (until: number) => {
      const token = await new SignJWT({ sub: "ada" })
        .setProtectedHeader({ alg: "HS256" })
        .setExpirationTime(until)
        .sign(new TextEncoder().encode(secret));
      return told(closed.as(null)("/api/sessions", { headers: { authorization: `Bearer ${token}` } }));
    };
    const now = Math.floor(Date.now() / 1000);
    assert.deepEqual(await asked(now + 60), [200, []]);
    assert.deepEqual(await asked(now - 1), [403, { error: "Invalid or expired token" }]);
  });

  test("is asked for everywhere unless the server is open", async () => {
    assert.equal((await server.as(null)("/api/models")).status, 200);
    assert.equal((await closed.as(null)("/api/models")).status, 401);
    const body = { method: "POST", json: { messages: [{ role: "user", content: "Hi" }] } };
    for (const path of ["/api/chat/completions", "/api/chat/completions/stream"])
      assert.equal((await closed.as(null)(path, body)).status, 401);
  });
});

test("health says OK and the time", async () => {
  const [status, body] = await told(server.as(null)("/api/health"));
  assert.equal(status, 200);
  const { status: word, timestamp } = body as { status: string; timestamp: string };
  assert.equal(word, "OK");
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("a body that is no JSON is an error in one line", async () => {
  const response = await server.as("ada")("/api/sessions", {
    method: "POST",
    body: "{oops",
    headers: { "content-type": "application/json" },
  });
  assert.equal(response.status, 400);
  assert.deepEqual(await response.json(), { error: "The body is not valid JSON." });
});

describe("pages elsewhere", () => {
  const preflight = (origin: string, on = server) =>
    fetch(`${on.url}/api/sessions`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });
  const allowed = ({ headers, status }: Response) => [
    status,
    headers.get("access-control-allow-origin"),
    headers.get("access-control-allow-credentials"),
  ];

  test("of the listed hosts may call, at any port", async () => {
    for (const origin of ["http://localhost:3000", "http://localhost:9999", "https://localhost"])
      assert.deepEqual(allowed(await preflight(origin)), [200, origin, "true"]);
    const { headers } = await server.as("ada")("/api/sessions", {
      headers: { origin: "http://localhost:3000" },
    });
    assert.equal(headers.get("access-control-allow-origin"), "http://localhost:3000");
    assert.match(headers.get("vary") ?? "", /origin/i);
  });

  test("of other hosts are told nothing", async () => {
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null"]) {
      assert.equal((await preflight(origin)).headers.get("access-control-allow-origin"), null);
      const answer = await server.as("ada")("/api/sessions", { headers: { origin } });
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    }
  });

  test("are those of the configuration instead of the usual ones", async () => {
    assert.deepEqual(allowed(await preflight("https://CHAT.example", closed)), [
      200,
      "https://CHAT.example",
      "true",
    ]);
    assert.equal(
      (await preflight("http://localhost:3000", closed)).headers.get("access-control-allow-origin"),
      null,
    );
  });

  test("may all call with a token where that is switched on, and bring no cookie", async () => {
    const open = await startTestServer({ sessions_api: { cors_allow_all: true } });
    assert.deepEqual(allowed(await preflight("https://any.example", open)), [
      200,
      "https://any.example",
      null,
    ]);
    await open.close();
  });

  test("are nothing that the rest of the API trusts", async () => {
    const answer = await fetch(`${server.url}/api/v1/threads`, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-method": "GET" },
    });
    assert.equal(answer.headers.get("access-control-allow-origin"), null);
  });
});

describe("models", () => {
  const models = (who: "ada" | "beta") => told(server.as(who)("/api/models"));

  test("are listed as LiteLLM lists them, those of the user", async () => {
    const [status, body] = await models("ada");
    assert.equal(status, 200);
    const { data } = body as { data: { model_name: string; litellm_params: object; model_info: object }[] };
    assert.deepEqual(data[0], {
      model_name: "alpha-large",
      litellm_params: { model: "scripted/alpha-large", custom_llm_provider: "scripted" },
      model_info: { litellm_provider: "scripted" },
    });
    const [, mine] = await models("beta");
    assert.equal(JSON.stringify(mine).includes("alpha"), false);
  });

  test("that cannot be had say why, and never the key", async () => {
    server.upstream.models(refusal(401, "Bad key sk-test-secret"));
    await models("ada"); // what was known before is forgotten
    const [refused, words] = await models("ada");
    assert.equal(refused, 401);
    assert.match(JSON.stringify(words), /"error":"Failed to fetch models","details":.*401/);
    assert.equal(JSON.stringify(words).includes("sk-test-secret"), false);
    await server.upstream.goAway();
    const [down, why] = await models("ada");
    assert.equal(down, 500);
    assert.match(JSON.stringify(why), /^\{"error":"Failed to connect to LiteLLM","message":".+"\}$/);
    await server.upstream.comeBack();
    server.upstream.models(["alpha-large", "beta-mini"]);
    assert.equal((await models("ada"))[0], 200);
  });
});

describe("sessions", () => {
  test("are made with a title, or without one", async () => {
    const session = await made(" R&D <b> ");
    assert.deepEqual(Object.keys(session), ["id", "title", "created_at", "updated_at"]);
    assert.equal(session.title, "R&D <b>");
    assert.equal((await made()).title, "New Chat");
    assert.equal((await made("   ")).title, "New Chat");
    for (const title of ["", "x".repeat(121), 7, null])
      assert.deepEqual(await told(send("/api/sessions", { title })), [
        400,
        { errors: [{ type: "field", value: title, msg: "Invalid value", path: "title", location: "body" }] },
      ]);
    assert.equal((await send("/api/sessions", { title: "x".repeat(120) })).status, 201);
  });

  test("are the user's own, last used first", async () => {
    const [first, second] = [await made("First"), await made("Second")];
    const titles = async () =>
      (await server.as("ada").get<Session[]>("/api/sessions")).map(({ title }) => title);
    assert.deepEqual((await titles()).slice(0, 2), ["Second", "First"]);
    await (await send(`/api/sessions/${first.id}/chat/stream`, { message: "Hello" })).text();
    assert.deepEqual((await titles()).slice(0, 2), ["Hello", "Second"]);
    assert.deepEqual(await server.as("bob").get("/api/sessions"), []);
    assert.equal((await send(`/api/sessions/${second.id}`, undefined, "DELETE", "bob")).status, 404);
  });

  test("are deleted with their messages", async () => {
    const { id } = await made("Gone");
    await (await send(`/api/sessions/${id}/chat/stream`, { message: "Hello" })).text();
    const messages = () => server.as("ada").get<object[]>(`/api/sessions/${id}/messages`);
    assert.equal((await messages()).length, 2);
    assert.deepEqual(await told(send(`/api/sessions/${id}`, undefined, "DELETE")), [204, undefined]);
    assert.deepEqual(await told(send(`/api/sessions/${id}`, undefined, "DELETE")), [
      404,
      { error: "Session not found" },
    ]);
    assert.deepEqual(await messages(), []);
  });

  test("have ids that are checked, and none is no fault where messages are read", async () => {
    const malformed = {
      errors: [{ type: "field", value: "7", msg: "Invalid value", path: "id", location: "params" }],
    };
    assert.deepEqual(await told(server.as("ada")("/api/sessions/7/messages")), [400, malformed]);
    assert.deepEqual(await told(send("/api/sessions/7", undefined, "DELETE")), [400, malformed]);
    assert.deepEqual(await server.as("ada").get(`/api/sessions/${unknown}/messages`), []);
  });

  test("are threads: what is made here is there, and the other way round", async () => {
    const { id } = await made("Shared");
    const thread = await server.as("ada").get<{ title: string }>(`/api/v1/threads/${id}`);
    assert.equal(thread.title, "Shared");
    const events = await server.as("ada").say({ content: "From the other side" });
    assert.match(JSON.stringify(events), /thread_id/);
    const sessions = await server.as("ada").get<Session[]>("/api/sessions");
    assert.equal(sessions[0]?.title, "From the other side");
  });
});

describe("roles", () => {
  const create = (name: unknown, instructions: unknown) => told(send("/api/roles", { name, instructions }));

  test("are made, listed by name, changed and deleted", async () => {
    const [status, body] = await create(" R&D ", "Be strict");
    const role = body as Role;
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(role), ["id", "name", "instructions", "created_at", "updated_at"]);
    assert.equal(role.name, "R&D");
    await create("Alpha", "First");
    const names = (await server.as("ada").get<Role[]>("/api/roles")).map(({ name }) => name);
    assert.deepEqual(names, ["Alpha", "R&D"]);
    const [changed, now] = await told(send(`/api/roles/${role.id}`, { instructions: "Be kind" }, "PUT"));
    assert.equal(changed, 200);
    assert.deepEqual([(now as Role).name, (now as Role).instructions], ["R&D", "Be kind"]);
    assert.ok((now as Role).updated_at > role.updated_at);
    assert.deepEqual(await told(send(`/api/roles/${role.id}`, undefined, "DELETE")), [204, undefined]);
    assert.deepEqual(await told(send(`/api/roles/${role.id}`, undefined, "DELETE")), [
      404,
      { error: "Role not found" },
    ]);
  });

  test("say what cannot be done, in the words that clients know", async () => {
    await create("Taken", "x");
    const [, other] = await create("Other", "x");
    const { id } = other as Role;
    assert.deepEqual(await create("Taken", "x"), [409, { error: "Role name already exists" }]);
    assert.deepEqual(await create("  ", "x"), [400, { error: "Missing name or instructions" }]);
    assert.match(JSON.stringify(await create("", "x")), /^\[400,\{"errors":\[.*"path":"name"/);
    assert.match(
      JSON.stringify(await create("n", "x".repeat(5001))),
      /^\[400,\{"errors":\[.*"path":"instructions"/,
    );
    const put = (json: unknown, at = id) => told(send(`/api/roles/${at}`, json, "PUT"));
    assert.deepEqual(await put({}), [400, { error: "Nothing to update" }]);
    assert.deepEqual(await put({ name: "Taken" }), [409, { error: "Role name already exists" }]);
    assert.deepEqual(await put({ name: "New" }, unknown), [404, { error: "Role not found" }]);
    assert.equal((await put({ name: "New" }, "7"))[0], 400);
  });
});
