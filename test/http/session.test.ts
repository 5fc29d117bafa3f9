import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { passwordOf, startTestServer, type TestServer } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const login = (json: unknown, init: RequestInit = {}) =>
  server.as(null)("/login", { method: "POST", json, ...init });
const credentials = { username: "ada", password: passwordOf("ada") };

describe("signing in", () => {
  test("answers exactly the token and its type, and a cookie that scripts cannot read", async () => {
    const response = await login(credentials);
    assert.equal(response.status, 200);
    const body = (await response.json()) as { access_token: string; token_type: string };
    assert.deepEqual(Object.keys(body).sort(), ["access_token", "token_type"]);
    assert.equal(body.token_type, "bearer");
    assert.match(response.headers.get("set-cookie") ?? "", /skeleton_session=.*HttpOnly.*SameSite=Strict/);
    const [head = "", claims = ""] = body.access_token
      .split(".")
      .map((part) => Buffer.from(part, "base64url").toString());
    assert.equal(JSON.parse(head).alg, "HS256");
    const { sub, role, exp, iat } = JSON.parse(claims);
    assert.deepEqual([sub, role, exp - iat], ["ada", "admin", 24 * 3600]);
  });

  test("ignores blanks around name and password", async () => {
    assert.equal((await login({ username: " ada ", password: ` ${credentials.password}\n` })).status, 200);
  });

  test("says the same of a wrong password and an unknown user", async () => {
    for (const wrong of [
      { ...credentials, password: "no" },
      { username: "nobody", password: "no" },
    ]) {
      const response = await login(wrong);
      assert.equal(response.status, 401);
      assert.deepEqual(await response.json(), { detail: "Invalid credentials" });
    }
  });

  test("names what is missing, too long, unknown or of the wrong type", async () => {
    const cases: [unknown, string, readonly string[]][] = [
      [{ username: "ada" }, "missing", ["body", "password"]],
      [{ ...credentials, username: "a".repeat(101) }, "string_too_long", ["body", "username"]],
      [{ ...credentials, username: "" }, "string_too_short", ["body", "username"]],
      [{ ...credentials, username: 5 }, "string_type", ["body", "username"]],
      [{ ...credentials, role: "admin" }, "extra_forbidden", ["body", "role"]],
    ];
    for (const [body, type, loc] of cases) {
      const response = await login(body);
      assert.equal(response.status, 422, type);
      const { detail } = (await response.json()) as { detail: { type: string; loc: string[] }[] };
      assert.deepEqual([detail[0]?.type, detail[0]?.loc], [type, loc]);
    }
  });

  test("never repeats a password in an answer", async () => {
    const response = await login({ password: "hunter2hunter2" });
    assert.doesNotMatch(await response.text(), /hunter2/);
  });

  test("takes JSON only", async () => {
    const response = await server.as(null)("/login", { method: "POST", form: credentials });
    assert.equal(response.status, 422);
    const text = await server.as(null)("/login", { method: "POST", body: JSON.stringify(credentials) });
    assert.equal(text.status, 415);
  });

  test("from a foreign page is refused", async () => {
    const response = await login(credentials, { headers: { origin: "https://evil.example" } });
    assert.equal(response.status, 403);
  });
});

describe("a protected call", () => {
  const me = (headers: Record<string, string>) => server.as(null)("/api/v1/me", { headers });

  test("without a token is refused", async () => {
    const response = await me({});
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
    assert.deepEqual(await response.json(), { detail: "Not authenticated" });
  });

  test("with a broken, foreign or otherwise worded token is refused", async () => {
    const foreign =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhZGEiLCJyb2xlIjoiYWRtaW4iLCJleHAiOjk5OTk5OTk5OTl9.c2lnbmF0dXJl";
    for (const authorization of [
      "Bearer x",
      "Bearer ",
      "Basic YWRhOng=",
      `Bearer ${foreign}`,
      "Bearer null",
    ]) {
      const response = await me({ authorization });
      assert.equal(response.status, 401, authorization);
      assert.deepEqual(await response.json(), { detail: "Invalid authentication credentials" });
    }
  });

  test("with the cookie works for reading, and for writing from the server's own page only", async () => {
    const cookie = (await login(credentials)).headers.get("set-cookie")?.split(";")[0] ?? "";
    assert.equal((await me({ cookie })).status, 200);
    const logout = (headers: Record<string, string>) =>
      server.as(null)("/logout", { method: "POST", headers: { cookie, ...headers } });
    assert.equal((await logout({ "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await logout({ "sec-fetch-site": "same-site" })).status, 403);
    assert.equal((await logout({ origin: "https://evil.example" })).status, 403);
    assert.equal((await logout({})).status, 403);
    assert.equal((await logout({ origin: server.url })).status, 200);
  });
});

describe("signing out", () => {
  test("ends the token at once, and no other", async () => {
    const [one, two] = await Promise.all(
      [1, 2].map(
        async () => ((await (await login(credentials)).json()) as { access_token: string }).access_token,
      ),
    );
    const call = (path: string, token: string | undefined, method = "GET") =>
      server.as(null)(path, { method, headers: { authorization: `Bearer ${token}` } });
    const response = await call("/logout", one, "POST");
    assert.deepEqual(await response.json(), { message: "Logged out successfully" });
    assert.equal((await call("/api/v1/me", one)).status, 401);
    assert.equal((await call("/api/v1/me", two)).status, 200);
  });
});

describe("signing out everywhere", () => {
  test("ends every token of the user and no stranger's, and the next sign-in holds", async () => {
    const ben = { username: "bob", password: passwordOf("bob") };
    const tokenOf = async () => ((await (await login(ben)).json()) as { access_token: string }).access_token;
    const call = (path: string, token: string, json?: unknown) =>
      server.as(null)(path, {
        method: json === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}` },
        ...(json === undefined ? {} : { json }),
      });
    const [one, two, three] = [await tokenOf(), await tokenOf(), await tokenOf()];
    assert.equal((await call("/api/v1/logout", three, {})).status, 200);
    assert.equal((await call("/api/v1/me", one)).status, 200, "without `everywhere` it is this one alone");
    const response = await call("/api/v1/logout", one, { everywhere: true });
    assert.equal(response.status, 200);
    assert.match(response.headers.get("set-cookie") ?? "", /skeleton_session=;/);
    for (const token of [one, two, three]) assert.equal((await call("/api/v1/me", token)).status, 401);
    assert.equal((await server.as("ada")("/api/v1/me")).status, 200);
    assert.equal((await call("/api/v1/me", await tokenOf())).status, 200);
  });
});

describe("a stream that was opened with a token", () => {
  test("is cut soon after the token was revoked", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const { access_token: token } = (await (await login(credentials)).json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}` };
    const stream = await server.as(null)("/api/v1/events", { headers });
    t.mock.timers.tick(5_000);
    const reader = stream.body?.getReader();
    assert.equal((await reader?.read())?.done, false, "it stays open while the token holds");
    await server.as(null)("/logout", { method: "POST", headers });
    t.mock.timers.tick(5_000);
    const ended = (async () => {
      while ((await reader?.read())?.done === false);
    })();
    await assert.rejects(ended, /terminated/);
  });
});

describe("limits", () => {
  let limited: TestServer;
  before(async () => {
    limited = await startTestServer({ rate_limits: { enabled: true } });
  });
  after(() => limited.close());

  test("the sixth sign-in from one address within a minute is told to wait, whatever X-Forwarded-For says", async () => {
    const attempt = (n: number) =>
      limited.as(null)("/login", {
        method: "POST",
        json: n === 0 ? {} : { username: "ada", password: "no" },
        headers: { "x-forwarded-for": `10.0.0.${n}` },
      });
    const statuses = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await attempt(n)).status);
    assert.deepEqual(statuses, [422, 401, 401, 401, 401]);
    const refused = await attempt(6);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
    assert.deepEqual(await refused.json(), { detail: "Too many login attempts. Please wait 60 seconds." });
  });
});

describe("behind a trusted proxy", () => {
  test("each client has its own count", async () => {
    const proxied = await startTestServer({
      rate_limits: { enabled: true, login: { points: 1, seconds: 60 } },
      trusted_proxies: ["127.0.0.1"],
    });
    const attempt = async (address: string) => {
      const headers = { "x-forwarded-for": address };
      return (
        await proxied.as(null)("/login", { method: "POST", json: { username: "x", password: "y" }, headers })
      ).status;
    };
    assert.deepEqual(
      [await attempt("10.0.0.1"), await attempt("10.0.0.1"), await attempt("10.0.0.2")],
      [401, 429, 401],
    );
    await proxied.close();
  });
});
