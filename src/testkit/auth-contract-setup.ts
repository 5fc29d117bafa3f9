import assert from "node:assert/strict";
import { test } from "node:test";
import { type EmptyFixture, sessionOf } from "./auth-contract-kit.ts";

/** What every `Auth` does by whose page the first account can be made. `opened` gives one without users. */
export function setupCases(opened: () => Promise<EmptyFixture>): void {
  const empty = async () => {
    const fixture = await opened();
    const { setup } = fixture.auth;
    assert.ok(setup, "openEmpty is for an Auth with setup");
    const secret = await setup.secret();
    assert.ok(secret, "without users there must be a secret");
    return { ...fixture, setup, secret };
  };
  const ada = { username: "ada", password: "correct horse" };

  test("the secret stays the same, makes an admin who can sign in, and is gone then", async () => {
    const { auth, setup, secret } = await empty();
    assert.equal(await setup.secret(), secret);
    assert.deepEqual(await setup.createFirstAdmin({ secret, ...ada }), { username: "ada", role: "admin" });
    assert.equal(await setup.secret(), undefined);
    const user = await auth.authenticateUser(ada);
    assert.deepEqual(user, { username: "ada", role: "admin" });
    await sessionOf(auth, await auth.createToken({ username: "ada", role: "admin" }));
    await assert.rejects(setup.createFirstAdmin({ secret, ...ada, username: "eve" }), {
      code: "forbidden",
    });
  });

  test("a wrong secret makes nobody", async () => {
    const { auth, setup, secret } = await empty();
    for (const wrong of ["", `${secret}x`, secret.slice(1), "x".repeat(secret.length)])
      await assert.rejects(setup.createFirstAdmin({ secret: wrong, ...ada }), { code: "forbidden" });
    assert.equal(await auth.authenticateUser(ada), undefined);
    assert.equal(await setup.secret(), secret);
  });

  test("weak passwords and unusable names are refused, and the way stays open", async () => {
    const { setup, secret } = await empty();
    for (const bad of [
      { ...ada, password: "short" },
      { ...ada, password: "x".repeat(73) },
      { ...ada, password: "ü".repeat(37) },
      { ...ada, username: " " },
      { ...ada, username: "a b" },
      { ...ada, username: "раypal" }, // the first two letters are Cyrillic
      { ...ada, username: "a".repeat(101) },
    ])
      await assert.rejects(setup.createFirstAdmin({ secret, ...bad }), { code: "bad_input" });
    assert.equal(await setup.secret(), secret);
  });

  test("of many who come at once, one becomes the admin", async () => {
    const { auth, setup, secret, another } = await empty();
    const elsewhere = (await another?.())?.setup;
    const otherSecret = await elsewhere?.secret();
    const tries = [1, 2, 3].flatMap((n) => [
      setup.createFirstAdmin({ secret, username: `ada${n}`, password: ada.password }),
      ...(elsewhere === undefined || otherSecret === undefined
        ? []
        : [elsewhere.createFirstAdmin({ ...ada, secret: otherSecret, username: `eve${n}` })]),
    ]);
    const results = await Promise.allSettled(tries);
    const winners = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    assert.equal(winners.length, 1);
    for (const result of results)
      if (result.status === "rejected") assert.equal(result.reason.code, "forbidden");
    assert.equal(await setup.secret(), undefined);
    const names = ["ada1", "ada2", "ada3", "eve1", "eve2", "eve3"];
    const users = await Promise.all(
      names.map((username) => auth.authenticateUser({ username, password: ada.password })),
    );
    assert.deepEqual(
      users.filter((user) => user !== undefined).map(({ username }) => username),
      winners.map(({ username }) => username),
    );
  });
}
