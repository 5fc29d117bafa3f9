import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import Fastify from "fastify";
import { yamlAuthPlugin } from "../../src/core/auth/plugin.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import {
  client,
  type Misdeed,
  type OidcProvider,
  startOidcProvider,
} from "../../test/support/oidc-provider.ts";
import { startTestServer, type TestServer } from "../../test/support/test-server.ts";
import oidc from "./oidc.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-oidc-"));
let provider: OidcProvider;
let server: TestServer;

before(async () => {
  provider = await startOidcProvider();
  Object.assign(process.env, {
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: client.id,
    OIDC_CLIENT_SECRET: client.secret,
    OIDC_TITLE: "Example & Sons",
    OIDC_GROUPS_CLAIM: "realm_access.roles",
    OIDC_GROUPS: JSON.stringify({ it: { role: "admin" }, staff: { role: "user", model_mask: "beta-.*" } }),
  });
  mkdirSync(join(folder, "pages"));
  symlinkSync(fileURLToPath(new URL("oidc.ts", import.meta.url)), join(folder, "pages", "oidc.ts"));
  server = await startTestServer({ plugins_path: folder });
});
after(async () => {
  await server.close();
  await provider.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  provider.misdeed = undefined;
});

/** As a browser goes from address to address, with its cookies; each test is a browser of its own. */
function browser(at: Pick<TestServer, "url"> = server) {
  const cookies = new Map<string, string>();
  async function open(address: string, headers: Record<string, string> = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(new URL(address, at.url), {
      headers: { accept: "text/html", cookie, ...headers },
      redirect: "manual",
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }
  const next = (answer: Response) =>
    answer.headers.get("location") ?? assert.fail(`no way on: ${answer.status}`);
  /** To the provider and back, to the address that ends the sign-in. */
  const leave = async (then = "") => {
    const leaving = await open(`/_plugin/oidc/${then && `?then=${encodeURIComponent(then)}`}`);
    return next(await open(next(leaving)));
  };
  return {
    ...{ cookies, open, next, leave },
    signIn: async (then?: string) => open(await leave(then)),
    me: async () => (await (await open("/api/v1/me")).json()) as { username: string; role: string },
  };
}

const grace = (roles: readonly string[], more: object = {}) => ({
  claims: { sub: "id-grace", preferred_username: "grace", realm_access: { roles }, ...more },
});

test("the sign-in form is told of it", async () => {
  const { sign_in: ways } = await server.as(null).get<{ sign_in: unknown }>("/api/v1/setup");
  assert.deepEqual(ways, [{ title: "Example & Sons", path: "/_plugin/oidc/" }]);
});

test("whoever signs in at the provider is signed in here, where they wanted to be, as what their group says", async () => {
  provider.person = grace(["unknown", "staff"]);
  const { signIn, next, me, cookies, open } = browser();
  const answer = await signIn("#/t/some%20thread");
  assert.equal(answer.status, 303);
  assert.equal(next(answer), "/#/t/some%20thread");
  assert.deepEqual([...cookies.keys()], ["skeleton_session"], "nothing is left of the way");
  const { username, role } = await me();
  assert.deepEqual({ username, role }, { username: "grace", role: "user" });
  const auth = await server.app.host.get("auth");
  assert.equal(await auth.requestAllowed({ username, model: "beta-mini" }), true);
  assert.equal(await auth.requestAllowed({ username, model: "alpha" }), false);

  provider.person = grace(["staff", "it"], { preferred_username: "grace.hopper" });
  assert.equal((await browser().signIn()).status, 303);
  assert.deepEqual({ ...(await me()), cursor: "" }, { username: "grace", role: "admin", cursor: "" });
  await auth.revokeAllTokens({ username });
  assert.equal((await open("/api/v1/me")).status, 401);
});

test("claims that only the provider's page about a person has are asked for", async () => {
  provider.person = {
    claims: { sub: "id-2" },
    more: { preferred_username: "linus", realm_access: { roles: "it" } },
  };
  const { signIn, me } = browser();
  assert.equal((await signIn()).status, 303);
  assert.equal((await me()).username, "linus");
  provider.misdeed = "another subject in userinfo";
  assert.equal((await browser().signIn()).status, 502);
});

test("whoever is in no group stays out, and whoever left theirs is out everywhere", async () => {
  provider.person = { claims: { sub: "id-3", preferred_username: "mallory" } };
  const stranger = await browser().signIn();
  assert.equal(stranger.status, 403);
  assert.match(await stranger.text(), /Your account at Example &#38; Sons may not use this server/);

  provider.person = grace(["it"]);
  const { signIn, open } = browser();
  await signIn();
  assert.equal((await open("/api/v1/me")).status, 200);
  provider.person = grace(["retired"]);
  assert.equal((await browser().signIn()).status, 403);
  assert.equal((await open("/api/v1/me")).status, 401);
});

test("a name that belongs to somebody else, or none at all, signs nobody in", async () => {
  const claims = { sub: "id-4", realm_access: { roles: ["it"] } };
  for (const name of ["ada", "ADA", "", " ", 7, "a b"]) {
    provider.person = { claims: { ...claims, preferred_username: name } };
    const { signIn, cookies } = browser();
    assert.equal((await signIn()).status, 403, String(name));
    assert.equal(cookies.has("skeleton_session"), false);
  }
});

for (const misdeed of [
  ...(["another issuer", "another nonce", "another audience", "another key", "expired", "unsigned"] as const),
  "no token",
] satisfies Misdeed[])
  test(`a provider's answer with ${misdeed} signs nobody in`, async () => {
    provider.person = grace(["it"]);
    provider.misdeed = misdeed;
    const before = provider.exchanged;
    const { signIn, cookies } = browser();
    const answer = await signIn();
    assert.equal(answer.status, 502);
    assert.match(await answer.text(), /cannot be trusted/);
    assert.equal(provider.exchanged, before + 1, "it came as far as the token");
    assert.equal(cookies.has("skeleton_session"), false);
  });

test("an answer that this browser did not ask for, or had already, signs nobody in", async () => {
  provider.person = grace(["it"]);
  const [mine, others] = [browser(), browser()];
  const before = provider.exchanged;
  const back = await mine.leave();
  assert.equal((await others.open(back)).status, 400, "another browser");
  const altered = new URL(back);
  altered.searchParams.set("state", `${altered.searchParams.get("state")}x`);
  assert.equal((await mine.open(altered.href)).status, 502, "another state");
  const foreign = new URL(back);
  foreign.searchParams.set("iss", "https://evil.example");
  assert.equal((await mine.open(foreign.href)).status, 502, "another provider");
  const [name = ""] = mine.cookies.keys();
  const kept = mine.cookies.get(name) ?? "";
  const flow = JSON.parse(Buffer.from(kept, "base64url").toString());
  const otherVerifier = { ...flow, verifier: "v".repeat(43) };
  mine.cookies.set(name, Buffer.from(JSON.stringify(otherVerifier)).toString("base64url"));
  assert.equal((await mine.open(back)).status, 502, "another verifier");
  for (const nonsense of [
    "",
    "x",
    Buffer.from("{}").toString("base64url"),
    Buffer.from("null").toString("base64url"),
  ]) {
    mine.cookies.set(name, nonsense);
    assert.equal((await mine.open(back)).status, 400, nonsense);
  }
  assert.equal(provider.exchanged, before);

  const again = await mine.leave();
  const [newName = ""] = [...mine.cookies.keys()].filter((other) => other !== name);
  const newKept = mine.cookies.get(newName) ?? "";
  assert.equal((await mine.open(again)).status, 303);
  assert.equal((await mine.open(again)).status, 400, "a second time");
  mine.cookies.set(newName, newKept);
  assert.equal((await mine.open(again)).status, 502, "a second time, with everything it needs");
});

test("two windows of one browser sign in side by side", async () => {
  provider.person = grace(["it"]);
  const { leave, open, next } = browser();
  const [one, two] = [await leave("#/t/one"), await leave("#/t/two")];
  assert.equal(next(await open(one)), "/#/t/one");
  assert.equal(next(await open(two)), "/#/t/two");
});

test("it leads to no other place than the page", async () => {
  provider.person = grace(["it"]);
  for (const bad of [
    "https://evil.example",
    "//evil.example",
    "/\\evil",
    "#/\r\nset-cookie: x=y",
    `#${"x".repeat(5000)}`,
  ]) {
    const { signIn, next } = browser();
    assert.equal(next(await signIn(bad)), "/", bad.slice(0, 30));
  }
  const twice = await browser().open("/_plugin/oidc/?then=%23a&then=%23b");
  assert.equal(twice.status, 302);
});

test("whoever says no at the provider is told so in their language, in a page that runs nothing", async () => {
  provider.person = null;
  const { leave, open } = browser();
  const answer = await open(await leave(), { "accept-language": "de-AT,en;q=0.5" });
  assert.equal(answer.status, 403);
  assert.equal(
    answer.headers.get("content-security-policy"),
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  );
  const page = await answer.text();
  assert.match(page, /<html lang="de">/);
  assert.match(page, /Example &#38; Sons hat dich nicht angemeldet/);
  assert.match(page, /<a href="\/_plugin\/oidc\/">Noch einmal<\/a>/);
});

test("while the provider does not answer, its reader is told, and asking again may help", async () => {
  const issuer = process.env.OIDC_ISSUER;
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  process.env.OIDC_ISSUER = `http://127.0.0.1:${port}`;
  const host = testHost({
    config: { mode: "ephemeral" },
    plugins: [{ role: "store", name: "memory", create: memoryStore }, yamlAuthPlugin],
  });
  const alone = Fastify();
  await oidc.routes(alone, host);
  process.env.OIDC_ISSUER = issuer;
  const answer = await alone.inject("/");
  assert.equal(answer.statusCode, 502);
  assert.match(answer.body, /Example &#38; Sons does not answer/);
  assert.ok(host.logged.some(({ level, message }) => level === "error" && message.startsWith("oidc: ")));
  await Promise.all([alone.close(), host.shutdown()]);
});

test("settings that are missing or unsafe keep the page from being there, and say which", async () => {
  const host = testHost({
    config: { mode: "ephemeral" },
    plugins: [{ role: "store", name: "memory", create: memoryStore }, yamlAuthPlugin],
  });
  const before = { ...process.env };
  const faults: [string, string | undefined, RegExp][] = [
    ["OIDC_CLIENT_SECRET", "", /needs the variable OIDC_CLIENT_SECRET/],
    ["OIDC_ISSUER", "no address", /whole address/],
    ["OIDC_ISSUER", "http://issuer.example", /https/],
    ["OIDC_GROUPS", "{", /JSON/],
    ["OIDC_GROUPS", "[]", /object/],
    ["OIDC_GROUPS", '{"it": "admin"}', /role.*group it/],
    ["OIDC_GROUPS", '{"it": {"role": "admin", "model_mask": 7}}', /model_mask.*group it/],
  ];
  for (const [name, value, message] of faults) {
    process.env[name] = value;
    await assert.rejects(oidc.routes(Fastify(), host), message);
    process.env[name] = before[name];
  }
  await host.shutdown();
});

test("an address names somebody only where the provider has verified it, or says nothing of that", async (t) => {
  process.env.OIDC_USERNAME_CLAIM = "email";
  const byAddress = await startTestServer({ plugins_path: folder });
  delete process.env.OIDC_USERNAME_CLAIM;
  t.after(() => byAddress.close());
  for (const [verified, status] of [
    [false, 403],
    ["false", 403],
    ["no", 403],
    [0, 403],
    ["true", 303],
    [true, 303],
    [undefined, 303],
  ] as const) {
    const said = verified === undefined ? {} : { email_verified: verified };
    provider.person = grace(["it"], { sub: `id-${verified}`, email: `${verified}@example.org`, ...said });
    const answer = await browser(byAddress).signIn();
    assert.equal(answer.status, status, String(verified));
  }
});
