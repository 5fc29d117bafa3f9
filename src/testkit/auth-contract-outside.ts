import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { OutsideUser, OutsideUsers } from "../protocols/auth.ts";
import { type AuthFixture, HEARD_OF_WITHIN_MS, sessionOf } from "./auth-contract-kit.ts";

const grace: OutsideUser = { source: "ldap", subject: "id-7", username: "grace", role: "user" };

/** What every `Auth` does that lets other systems vouch for people. */
export function outsideCases(opened: () => Promise<AuthFixture>): void {
  const outsideTest = (
    name: string,
    run: (fixture: AuthFixture, outside: OutsideUsers, context: TestContext) => unknown,
  ) =>
    test(name, async (context) => {
      const fixture = await opened();
      if (fixture.auth.outside === undefined) return context.skip("nobody comes from elsewhere");
      await run(fixture, fixture.auth.outside, context);
    });

  outsideTest(
    "whoever is admitted from outside is a user, but has no password",
    async ({ auth }, outside) => {
      const user = await outside.admit({ ...grace, username: "  grace\n" });
      assert.deepEqual(user, { username: "grace", role: "user" });
      const token = await auth.createToken(user);
      assert.deepEqual((await sessionOf(auth, token)).user, user);
      assert.equal(await auth.requestAllowed({ username: "grace", model: "any" }), true);
      for (const password of ["", "ldap", JSON.stringify(["ldap", "id-7"])])
        assert.equal(await auth.authenticateUser({ username: "grace", password }), undefined);
      await auth.revokeAllTokens(user);
      assert.equal(await auth.verifyToken(token), undefined);
      await sessionOf(auth, await auth.createToken(user));
    },
  );

  outsideTest(
    "each admission sets role and mask, and the name is that of the first",
    async ({ auth }, outside) => {
      const token = await auth.createToken(await outside.admit(grace));
      const again = { ...grace, username: "grace.hopper", role: "admin", modelMask: "beta-.*" };
      assert.deepEqual(await outside.admit(again), { username: "grace", role: "admin" });
      assert.equal((await sessionOf(auth, token)).user.role, "admin");
      assert.equal(await auth.requestAllowed({ username: "grace", model: "beta-mini" }), true);
      assert.equal(await auth.requestAllowed({ username: "grace", model: "alpha" }), false);
      assert.equal(await auth.requestAllowed({ username: "grace.hopper", model: "beta-mini" }), false);
      await outside.admit(grace);
      assert.equal(await auth.requestAllowed({ username: "grace", model: "alpha" }), true);
    },
  );

  outsideTest(
    "nobody comes in under a name that is somebody else's, or looks like it",
    async (fixture, outside) => {
      await outside.admit({ ...grace, username: "paypal" });
      for (const other of [
        { ...grace, subject: "id-8", username: "paypal" },
        { ...grace, source: "https://issuer.example", username: "PayPal" },
        { ...grace, subject: "id-8", username: "paypa1" },
        { ...grace, subject: "id-8", username: fixture.username },
        { ...grace, subject: "id-8", username: fixture.username.toUpperCase() },
      ]) {
        await assert.rejects(outside.admit(other), { code: "forbidden" }, other.username);
        await outside.dismiss(other);
      }
      await outside.admit({ ...grace, subject: "id-8", username: "mallory" });
      await sessionOf(fixture.auth, await fixture.auth.createToken({ username: "paypal", role: "user" }));
    },
  );

  outsideTest("unusable names, roles, masks and ids are refused", async ({ auth }, outside) => {
    for (const bad of [
      { ...grace, username: " " },
      { ...grace, username: "a b" },
      { ...grace, username: "../../etc" },
      { ...grace, username: "a".repeat(101) },
      { ...grace, role: " " },
      { ...grace, modelMask: "^(a+)+$" },
      { ...grace, modelMask: "(" },
      { ...grace, subject: "" },
      { ...grace, source: "" },
    ])
      await assert.rejects(outside.admit(bad), { code: "bad_input" }, JSON.stringify(bad));
    await assert.rejects(auth.createToken({ username: "grace", role: "user" }), {
      code: "invalid_credentials",
    });
  });

  outsideTest(
    "whoever is dismissed is out, and keeps the name until they are back",
    async ({ auth }, outside) => {
      const token = await auth.createToken(await outside.admit(grace));
      await outside.dismiss(grace);
      await outside.dismiss(grace);
      assert.equal(await auth.verifyToken(token), undefined);
      assert.equal(await auth.requestAllowed({ username: "grace", model: "any" }), false);
      await assert.rejects(auth.createToken({ username: "grace", role: "user" }), {
        code: "invalid_credentials",
      });
      await assert.rejects(outside.admit({ ...grace, subject: "id-8" }), { code: "forbidden" });
      await sessionOf(auth, await auth.createToken(await outside.admit(grace)));
    },
  );

  outsideTest(
    "of two who want a name at once one has it, and one person who comes twice is one",
    async (fixture, outside) => {
      const elsewhere = (await fixture.another?.())?.outside ?? outside;
      const same = await Promise.all([outside.admit(grace), elsewhere.admit(grace), outside.admit(grace)]);
      assert.deepEqual(new Set(same.map(({ username }) => username)), new Set(["grace"]));
      const tries = ["a", "b", "c", "d"].map((subject, index) =>
        (index % 2 ? elsewhere : outside).admit({ ...grace, subject, username: index > 1 ? "ev1" : "evl" }),
      );
      const results = await Promise.allSettled(tries);
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of results)
        if (result.status === "rejected") assert.equal(result.reason.code, "forbidden");
    },
  );

  outsideTest(
    "another process knows within five seconds who was admitted, changed and dismissed",
    async (fixture, outside, context) => {
      if (fixture.another === undefined) return context.skip("one process is all there can be");
      const elsewhere = await fixture.another();
      assert.equal(await elsewhere.requestAllowed({ username: "grace", model: "alpha" }), false);
      const token = await fixture.auth.createToken(await outside.admit(grace));
      fixture.advance(HEARD_OF_WITHIN_MS);
      await sessionOf(elsewhere, token);
      await outside.admit({ ...grace, modelMask: "beta-.*" });
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal(await elsewhere.requestAllowed({ username: "grace", model: "alpha" }), false);
      await outside.dismiss(grace);
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal(await elsewhere.verifyToken(token), undefined);
    },
  );

  outsideTest(
    "when nobody can say whether somebody was admitted, they are neither in nor out",
    async (fixture, outside, context) => {
      if (fixture.failStore === undefined) return context.skip("nothing that could fail");
      const token = await fixture.auth.createToken(await outside.admit(grace));
      fixture.failStore();
      fixture.advance(HEARD_OF_WITHIN_MS);
      await assert.rejects(fixture.auth.verifyToken(token), { code: "store_unavailable" });
      await assert.rejects(outside.admit(grace), { code: "store_unavailable" });
      await assert.rejects(outside.dismiss(grace), { code: "store_unavailable" });
    },
  );
}
