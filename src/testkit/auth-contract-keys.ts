import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { NewApiKey } from "../protocols/api-key.ts";
import type { ApiKeys, KeySession } from "../protocols/auth.ts";
import { type AuthFixture, HEARD_OF_WITHIN_MS } from "./auth-contract-kit.ts";

const wanted: NewApiKey = { name: "nightly", scopes: ["chat", "read"] };

/** What every `Auth` does that has keys for scripts. */
export function keyCases(opened: () => Promise<AuthFixture>): void {
  const keyTest = (
    name: string,
    run: (fixture: AuthFixture, keys: ApiKeys, context: TestContext) => unknown,
  ) =>
    test(name, async (context) => {
      const fixture = await opened();
      if (fixture.auth.keys === undefined) return context.skip("there are no keys here");
      await run(fixture, fixture.auth.keys, context);
    });
  const sessionOf = async (keys: ApiKeys | undefined, secret: string): Promise<KeySession> => {
    const session = await keys?.verifyKey(secret);
    assert.ok(session, "the key must hold here");
    return session;
  };

  keyTest("a key is shown as it was wanted, and its secret stands for its user", async (fixture, keys) => {
    const { username } = fixture;
    const expiresAt = new Date(Date.parse("2027-01-01T00:00:00.000Z"));
    const all = { ...wanted, modelMask: "beta-.*", limit: { calls: 5, seconds: 60 }, expiresAt };
    const { key, secret } = await keys.createKey(fixture, { ...all, name: "  nightly\n" });
    assert.match(secret, new RegExp(`^sk_skeleton_${key.id}_[A-Za-z0-9_-]{43}$`));
    const { id, createdAt, ...shown } = key;
    assert.ok(createdAt instanceof Date);
    assert.deepEqual(shown, { username, ...all });
    assert.deepEqual(await keys.listKeys(fixture), [key]);
    const session = await sessionOf(keys, secret);
    assert.equal(session.user.username, username);
    assert.equal(session.tokenId, id);
    assert.deepEqual(session.expiresAt, expiresAt);
    assert.deepEqual(session.key, key);
  });

  keyTest("a key is no admin, whoever its user is, and no token", async (fixture, keys) => {
    const { secret } = await keys.createKey(fixture, wanted);
    const { user } = await sessionOf(keys, secret);
    assert.equal(user.role, fixture.role === "admin" ? "user" : fixture.role);
    assert.equal(await fixture.auth.verifyToken(secret), undefined);
    if (fixture.changeRole === undefined) return;
    await fixture.changeRole("admin");
    fixture.advance(HEARD_OF_WITHIN_MS);
    assert.equal((await sessionOf(keys, secret)).user.role, "user");
  });

  keyTest("what is not a key is none, however much of one it has", async (fixture, keys) => {
    const [one, two] = [await keys.createKey(fixture, wanted), await keys.createKey(fixture, wanted)];
    const last = one.secret.at(-1) === "A" ? "B" : "A";
    for (const bad of [
      ...["", "x", "sk_skeleton_", "Bearer", one.key.id, `${one.secret}x`, one.secret.slice(0, -1)],
      one.secret.slice(0, -1) + last,
      one.secret.toUpperCase(),
      one.secret.replace(one.key.id, two.key.id),
      one.secret.replace(one.key.id, "0".repeat(one.key.id.length)),
      ` ${one.secret}`,
      "A".repeat(100_000),
    ])
      assert.equal(await keys.verifyKey(bad), undefined, bad.slice(0, 80));
  });

  keyTest("what cannot be a key is refused", async (fixture, keys) => {
    for (const bad of [
      { ...wanted, name: " " },
      { ...wanted, name: "a".repeat(101) },
      { ...wanted, scopes: [] },
      { ...wanted, scopes: ["admin" as "chat"] },
      { ...wanted, modelMask: "^(a+)+$" },
      { ...wanted, modelMask: "(" },
      { ...wanted, limit: { calls: 0, seconds: 60 } },
      { ...wanted, limit: { calls: 1, seconds: 0.5 } },
      { ...wanted, limit: { calls: 1, seconds: 86_401 } },
      { ...wanted, limit: { calls: 1_000_001, seconds: 60 } },
      { ...wanted, expiresAt: new Date(0) },
      { ...wanted, expiresAt: new Date(Number.NaN) },
    ])
      await assert.rejects(keys.createKey(fixture, bad), { code: "bad_input" }, JSON.stringify(bad));
    await assert.rejects(keys.createKey({ username: "a-stranger" }, wanted), { code: "invalid_credentials" });
    assert.deepEqual(await keys.listKeys(fixture), []);
  });

  keyTest("a user has at most fifty", async (fixture, keys) => {
    for (let n = 0; n < 50; n += 1) await keys.createKey(fixture, wanted);
    await assert.rejects(keys.createKey(fixture, wanted), { code: "conflict" });
    const [newest] = await keys.listKeys(fixture);
    assert.equal((await keys.listKeys(fixture)).length, 50);
    await keys.revokeKey({ ...fixture, id: newest?.id ?? "" });
    await keys.createKey(fixture, wanted);
  });

  keyTest("a revoked key is over at once, and no other, by its user alone", async (fixture, keys) => {
    const { username } = fixture;
    const [ended, other] = [await keys.createKey(fixture, wanted), await keys.createKey(fixture, wanted)];
    await sessionOf(keys, ended.secret); // and now it is remembered
    for (const at of [
      { username: `${username}-2`, id: ended.key.id },
      { username, id: "0".repeat(16) },
    ])
      await assert.rejects(keys.revokeKey(at), { code: "record_not_found" });
    await sessionOf(keys, ended.secret);
    await keys.revokeKey({ username, id: ended.key.id });
    assert.equal(await keys.verifyKey(ended.secret), undefined);
    await assert.rejects(keys.revokeKey({ username, id: ended.key.id }), { code: "record_not_found" });
    await sessionOf(keys, other.secret);
    assert.deepEqual(
      (await keys.listKeys(fixture)).map(({ id }) => id),
      [other.key.id],
    );
  });

  keyTest(
    "another process knows of a key at once, and within five seconds that it ended",
    async (fixture, keys, context) => {
      if (fixture.another === undefined) return context.skip("one process is all there can be");
      const elsewhere = (await fixture.another()).keys;
      const { key, secret } = await keys.createKey(fixture, wanted);
      await sessionOf(elsewhere, secret);
      await keys.revokeKey({ ...fixture, id: key.id });
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal(await elsewhere?.verifyKey(secret), undefined);
    },
  );

  keyTest("a key holds until its end and not longer, and then allows nothing", async (fixture, keys) => {
    const { auth, username, allowedModel: model, now } = fixture;
    const expiresAt = new Date(now().getTime() + 60_000);
    const { key, secret } = await keys.createKey(fixture, { ...wanted, expiresAt });
    fixture.advance(59_000);
    await sessionOf(keys, secret);
    assert.equal(await auth.requestAllowed({ username, model, keyId: key.id }), true);
    fixture.advance(1_000);
    assert.equal(await keys.verifyKey(secret), undefined);
    assert.equal(await auth.requestAllowed({ username, model, keyId: key.id }), false);
    assert.equal((await keys.listKeys(fixture)).length, 1, "its user can see what became of it");
  });

  keyTest("a key outlives sign-outs, and ends with its user", async (fixture, keys, context) => {
    const { auth, removeUser } = fixture;
    const { secret } = await keys.createKey(fixture, wanted);
    await auth.revokeAllTokens(fixture);
    await sessionOf(keys, secret);
    if (removeUser === undefined) return context.skip("users are never removed here");
    await removeUser();
    fixture.advance(HEARD_OF_WITHIN_MS);
    assert.equal(await keys.verifyKey(secret), undefined);
  });

  keyTest("a key allows the models that both its user and itself may use", async (fixture, keys) => {
    const { auth, username, allowedModel, forbiddenModel } = fixture;
    const allowed = (model: string, keyId: string) => auth.requestAllowed({ username, model, keyId });
    const { key: all } = await keys.createKey(fixture, wanted);
    const { key: none } = await keys.createKey(fixture, { ...wanted, modelMask: "another-model" });
    assert.equal(await allowed(allowedModel, all.id), true);
    assert.equal(await allowed(allowedModel, none.id), false);
    assert.equal(await allowed(allowedModel, "0".repeat(16)), false);
    const stranger = { username: `${username}-2`, model: allowedModel, keyId: all.id };
    assert.equal(await auth.requestAllowed(stranger), false);
    if (forbiddenModel !== undefined) assert.equal(await allowed(forbiddenModel, all.id), false);
    await keys.revokeKey({ username, id: all.id });
    assert.equal(await allowed(allowedModel, all.id), false);
  });

  keyTest("its last use is told to the minute", async (fixture, keys) => {
    const { secret } = await keys.createKey(fixture, wanted);
    const lastUse = async () => (await keys.listKeys(fixture))[0]?.lastUsedAt;
    const settled = async (expected: Date) => {
      for (let tries = 0; (await lastUse())?.getTime() !== expected.getTime() && tries < 100; tries += 1)
        await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(await lastUse(), expected);
    };
    assert.equal(await lastUse(), undefined);
    const first = fixture.now();
    await sessionOf(keys, secret);
    await settled(first);
    fixture.advance(59_000);
    await sessionOf(keys, secret);
    await settled(first);
    fixture.advance(1_000);
    await sessionOf(keys, secret);
    await settled(fixture.now());
  });

  keyTest(
    "when nobody can say whether a key holds, it neither does nor does not",
    async (fixture, keys, context) => {
      if (fixture.failStore === undefined) return context.skip("nothing that could fail");
      const { key, secret } = await keys.createKey(fixture, wanted);
      fixture.failStore();
      fixture.advance(HEARD_OF_WITHIN_MS);
      await assert.rejects(keys.verifyKey(secret), { code: "store_unavailable" });
      await assert.rejects(keys.createKey(fixture, wanted), { code: "store_unavailable" });
      await assert.rejects(keys.revokeKey({ ...fixture, id: key.id }), { code: "store_unavailable" });
    },
  );
}
