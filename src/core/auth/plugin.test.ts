import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, test } from "node:test";
import { hashSync } from "@node-rs/bcrypt";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import type { Auth } from "../../protocols/auth.ts";
import type { Config } from "../../protocols/config.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { type DeepPartial, type TestHost, testClock, testHost } from "../../testkit/test-host.ts";
import { createYamlAuth, yamlAuthPlugin } from "./plugin.ts";

const secret = "a-secret-for-tests-only";
const key = new TextEncoder().encode(secret);
const hash = hashSync("open sesame", { cost: 4 });
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(
  users: string | undefined,
  config: DeepPartial<Config> = { auth: { jwt_secret: secret } },
) {
  const folder = mkdtempSync(join(tmpdir(), "auth-plugin-"));
  const usersFile = join(folder, "users.yaml");
  if (users !== undefined) writeFileSync(usersFile, users);
  const clock = testClock();
  let host: TestHost;
  const store = memoryStore({ now: clock.now, newId: () => host.newId() });
  host = testHost({
    config: { data_path: folder, ...config },
    plugins: [{ role: "store", name: "memory", create: () => store }, yamlAuthPlugin],
    now: clock.now,
  });
  closers.push(async () => {
    await host.shutdown();
    rmSync(folder, { recursive: true });
  });
  return { folder, usersFile, clock, host, store, auth: await host.get("auth") };
}

const ada = `ada: { hash: ${hash}, role: admin }\n`;
const seconds = (time: Date) => Math.floor(time.getTime() / 1000);

test("a token is an HS256 JWT with sub, role, iat, jti and an end 24 hours later", async () => {
  const { auth, clock } = await start(ada);
  const token = await auth.createToken({ username: "ada", role: "admin" });
  assert.equal(decodeProtectedHeader(token).alg, "HS256");
  const { sub, role, iat, exp, jti } = decodeJwt(token);
  const now = seconds(clock.now());
  assert.deepEqual({ sub, role, iat, exp }, { sub: "ada", role: "admin", iat: now, exp: now + 86_400 });
  assert.ok(jti);
});

test("the life of a token is a setting", async () => {
  const { auth, clock } = await start(ada, { auth: { jwt_secret: secret, token_hours: 0.5 } });
  const token = await auth.createToken({ username: "ada", role: "admin" });
  assert.equal(decodeJwt(token).exp, seconds(clock.now()) + 1800);
});

test("a token of the Python server goes on working, and can be revoked", async () => {
  const { auth, clock } = await start(ada);
  const token = await new SignJWT({ role: "admin" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject("ada")
    .setExpirationTime(seconds(clock.now()) + 60)
    .sign(key);
  const session = await auth.verifyToken(token);
  assert.ok(session);
  await auth.revokeToken(session);
  assert.equal(await auth.verifyToken(token), undefined);
});

test("another algorithm, another key, no end and no user are no session", async () => {
  const { auth, clock } = await start(ada);
  const later = seconds(clock.now()) + 60;
  const make = (alg: string, signing: Uint8Array, change: (jwt: SignJWT) => SignJWT) =>
    change(new SignJWT({}).setProtectedHeader({ alg })).sign(signing);
  const whole = (jwt: SignJWT) => jwt.setSubject("ada").setExpirationTime(later);
  assert.ok(await auth.verifyToken(await make("HS256", key, whole)), "the control must be accepted");
  for (const token of [
    await make("HS512", key, whole),
    await make("HS256", new TextEncoder().encode(`${secret}!`), whole),
    await make("HS256", key, (jwt) => jwt.setSubject("ada")),
    await make("HS256", key, (jwt) => jwt.setExpirationTime(later)),
    await make("HS256", key, (jwt) => whole(jwt).setNotBefore(later)),
    await make("HS256", key, (jwt) => jwt.setSubject("eve").setExpirationTime(later)),
  ])
    assert.equal(await auth.verifyToken(token), undefined);
});

test("a new password ends the sign-ins of the old one", async () => {
  const { auth, clock, usersFile } = await start(ada);
  const token = await auth.createToken({ username: "ada", role: "admin" });
  writeFileSync(usersFile, ada.replace(hash, hashSync("another", { cost: 4 })));
  clock.advance(1000);
  assert.equal(await auth.verifyToken(token), undefined);
});

test("an unknown name takes as long as a wrong password", async () => {
  const slower = hashSync("open sesame", { cost: 8 });
  const { auth } = await start(`ada: { hash: ${slower}, role: user }\n`);
  const attempts = [
    ["ada", "wrong"],
    ["eve", "wrong"],
    ["not a name!", "wrong"],
    ["ada", ""],
    ["ada", "x".repeat(100)],
  ] as const;
  // The work of all threads, not the time: others use the machine. The least of several, in turn: the first ones warm up.
  const least = attempts.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 5; round += 1)
    for (const [index, [username, password]] of attempts.entries()) {
      const before = process.cpuUsage();
      assert.equal(await auth.authenticateUser({ username, password }), undefined);
      const { user, system } = process.cpuUsage(before);
      least[index] = Math.min(least[index] ?? 0, user + system);
    }
  const [known = 0, ...others] = least;
  // Without the work for a name that nobody has, these take a hundredth.
  for (const other of others) assert.ok(other > known / 3, `${least.join(", ")} us`);
});

test("one bad entry keeps nobody else out, and is logged by name", async () => {
  const { auth, host } = await start(`bob: { hash: nonsense, role: user }\n${ada}`);
  const credentials = { username: "ada", password: "open sesame" };
  assert.deepEqual(await auth.authenticateUser(credentials), { username: "ada", role: "admin" });
  assert.equal(await auth.authenticateUser({ username: "bob", password: "nonsense" }), undefined);
  assert.match(JSON.stringify(host.logged), /\\"bob\\" needs a bcrypt hash/);
});

test("without users file the server starts and nobody can sign in", async () => {
  const { auth } = await start(undefined);
  assert.equal(await auth.authenticateUser({ username: "default", password: "default" }), undefined);
});

test("a mask must match the whole name of a model", async () => {
  const { auth } = await start(`ada: { hash: ${hash}, role: user, model_mask: ^beta-.*$ }\n`);
  const allowed = async (model: string) => auth.requestAllowed({ username: "ada", model });
  const models = ["beta-mini", "alpha-large", "alpha-beta-mini", "beta", "beta-x\n", "MODELS NOT AVAILABLE"];
  assert.deepEqual(await Promise.all(models.map(allowed)), [true, false, false, false, false, false]);
});

test("a user whose mask runs for ever cannot sign in", async () => {
  const { auth, host } = await start(`${ada}bob: { hash: ${hash}, role: user, model_mask: "^(a+)+$" }\n`);
  assert.equal(await auth.authenticateUser({ username: "bob", password: "open sesame" }), undefined);
  assert.equal(await auth.requestAllowed({ username: "bob", model: "aaa" }), false);
  assert.match(JSON.stringify(host.logged), /bob.*too long/);
});

test("expired revocations are forgotten, the others kept", async () => {
  const { auth, clock, host, store } = await start(ada);
  const revoke = async () => {
    const session = await auth.verifyToken(await auth.createToken({ username: "ada", role: "admin" }));
    assert.ok(session);
    await auth.revokeToken(session);
    return session.tokenId;
  };
  await revoke();
  clock.advance(25 * 3_600_000);
  const kept = await revoke();
  for (let n = 0; n < 100 && (await store.findAll("revoked_tokens")).length > 1; n += 1)
    await new Promise((resolve) => setImmediate(resolve));
  const left = await store.findAll("revoked_tokens");
  assert.deepEqual(
    left.map(({ id }) => id),
    [kept],
  );
  assert.deepEqual(
    host.logged.filter(({ level }) => level === "error"),
    [],
  );
});

test("a revocation is asked of the store at most every two seconds", async () => {
  const { auth, clock, store } = await start(ada);
  const token = await auth.createToken({ username: "ada", role: "admin" });
  assert.ok(await auth.verifyToken(token));
  const { tokenId } = (await auth.verifyToken(token)) ?? assert.fail();
  // as another process does it
  await store.add({ userId: "ada", store: "revoked_tokens" }, { expires_at: 2_000_000_000 }, tokenId);
  clock.advance(1999);
  assert.ok(await auth.verifyToken(token), "still believed");
  clock.advance(1);
  assert.equal(await auth.verifyToken(token), undefined);
});

test("the first admin is written to the users file, mode 600, with a bcrypt hash", async () => {
  const { auth, usersFile } = await start(undefined);
  const link = await auth.setup?.secret();
  assert.match(link ?? "", /^[\w-]{43}$/);
  const user = { username: " root ", password: "correct horse" };
  assert.deepEqual(await auth.setup?.createFirstAdmin({ ...user, secret: link ?? "" }), {
    username: "root",
    role: "admin",
  });
  assert.match(readFileSync(usersFile, "utf8"), /^root:\n {2}hash: \$2b\$12\$\S{53}\n {2}role: admin\n$/);
  assert.equal(statSync(usersFile).mode & 0o777, 0o600);
});

test("all who share a store take the same link, once, and for a week", async () => {
  const { host, clock, usersFile, store } = await start(undefined);
  const open = () => createYamlAuth(host, 4);
  const linkOf = async (auth: Promise<Auth>) =>
    (await (await auth).setup?.secret()) ?? assert.fail("no link");
  const links = await Promise.all([linkOf(open()), linkOf(open()), linkOf(open())]);
  assert.equal(new Set(links).size, 1);
  clock.advance(7 * 24 * 3_600_000);
  const [one, two] = [open(), open()];
  const [later, same] = await Promise.all([linkOf(one), linkOf(two)]);
  assert.equal(later, same);
  const make = async (auth: Promise<Auth>, secret: string) =>
    (await auth).setup?.createFirstAdmin({ username: "root", password: "correct horse", secret });
  await assert.rejects(make(one, links[0] ?? ""), { code: "forbidden" }, "it was good for a week");
  assert.doesNotMatch(JSON.stringify(await store.findAll("setup_links")), new RegExp(later));
  assert.equal((await make(two, later))?.role, "admin");
  await assert.rejects(make(one, later), { code: "forbidden" });
  rmSync(usersFile);
  const next = open();
  await assert.rejects(make(next, later), { code: "forbidden" }, "it was used");
  assert.notEqual(await linkOf(next), later);
});

test("a file with nothing but faults, or that cannot be read, opens no way to a first admin", async () => {
  for (const text of ["bob: { hash: nonsense, role: user }", "bob: {"]) {
    const { auth, usersFile } = await start(text);
    assert.equal(await auth.setup?.secret(), undefined);
    assert.equal(readFileSync(usersFile, "utf8"), text);
  }
});

test("a users file that vanishes later opens no way to a first admin", async () => {
  const { auth, clock, usersFile } = await start(ada);
  assert.equal(await auth.setup?.secret(), undefined);
  rmSync(usersFile);
  clock.advance(1000);
  assert.equal(await auth.setup?.secret(), undefined);
  clock.advance(60_000);
  assert.equal(await auth.setup?.secret(), undefined);
});

test("ephemeral mode knows default/default, reads and writes no file, and forgets tokens on restart", async () => {
  const { auth, folder, usersFile } = await start(ada, { mode: "ephemeral", auth: { jwt_secret: secret } });
  const before = readFileSync(usersFile, "utf8");
  const user = await auth.authenticateUser({ username: "default", password: "default" });
  assert.deepEqual(user, { username: "default", role: "admin" });
  assert.equal(await auth.authenticateUser({ username: "ada", password: "open sesame" }), undefined);
  assert.equal(auth.setup, undefined);
  const token = await auth.createToken({ username: "default", role: "admin" });
  assert.ok(await auth.verifyToken(token));
  const restarted = await start(undefined, { mode: "ephemeral" });
  assert.equal(await restarted.auth.verifyToken(token), undefined);
  assert.deepEqual(readdirSync(folder), ["users.yaml"]);
  assert.equal(readFileSync(usersFile, "utf8"), before);
  assert.deepEqual(readdirSync(restarted.folder), []);
});
