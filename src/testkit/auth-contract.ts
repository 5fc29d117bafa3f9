import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { keyCases } from "./auth-contract-keys.ts";
import { type AuthFixture, type EmptyFixture, HEARD_OF_WITHIN_MS, sessionOf } from "./auth-contract-kit.ts";
import { outsideCases } from "./auth-contract-outside.ts";
import { setupCases } from "./auth-contract-setup.ts";

/** What every `Auth` does. `open` gives a fresh one with one user; `openEmpty`, for those with `setup`, one without. */
export const authContract = (
  name: string,
  open: () => Promise<AuthFixture>,
  openEmpty?: () => Promise<EmptyFixture>,
) =>
  describe(name, () => {
    const closers: (() => Promise<void>)[] = [];
    const opened = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
      const fixture = await opening;
      closers.push(() => fixture.close());
      return fixture;
    };
    afterEach(async () => {
      for (const close of closers.splice(0)) await close();
    });

    const signIn = async ({ auth, username, password }: AuthFixture) => {
      const user = await auth.authenticateUser({ username, password });
      assert.ok(user, "the user of the fixture must be able to sign in");
      return auth.createToken(user);
    };

    test("the right name and password give the user", async () => {
      const { auth, username, password, role } = await opened(open());
      assert.deepEqual(await auth.authenticateUser({ username, password }), { username, role });
    });

    test("blanks around name and password do not matter", async () => {
      const { auth, username, password, role } = await opened(open());
      const padded = { username: ` \t${username}\n`, password: `  ${password} ` };
      assert.deepEqual(await auth.authenticateUser(padded), { username, role });
    });

    test("an unknown name, a wrong password and nonsense are answered alike", async () => {
      const { auth, username, password } = await opened(open());
      for (const wrong of [
        { username, password: `${password}!` },
        { username, password: "" },
        { username, password: `${password}\0more` },
        { username, password: password.repeat(100) },
        { username: `${username}x`, password },
        { username: "", password },
        { username: "../../etc/passwd", password },
        { username: "__proto__", password },
        { username: "constructor", password },
      ])
        assert.equal(await auth.authenticateUser(wrong), undefined, JSON.stringify(wrong));
    });

    test("a token names its user, role and end", async () => {
      const fixture = await opened(open());
      const session = await sessionOf(fixture.auth, await signIn(fixture));
      assert.deepEqual(session.user, { username: fixture.username, role: fixture.role });
      assert.ok(session.expiresAt instanceof Date);
    });

    test("every sign-in has an id of its own", async () => {
      const fixture = await opened(open());
      const [one, two] = [await signIn(fixture), await signIn(fixture)];
      const ids = [await sessionOf(fixture.auth, one), await sessionOf(fixture.auth, two)].map(
        (s) => s.tokenId,
      );
      assert.equal(new Set(ids).size, 2);
    });

    test("what is not a token of ours is no session", async () => {
      const fixture = await opened(open());
      const token = await signIn(fixture);
      const middle = Math.floor(token.length / 2);
      const altered = token.slice(0, middle) + (token[middle] === "A" ? "B" : "A") + token.slice(middle + 1);
      const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1] ?? ""}.`;
      for (const bad of ["", "x", "a.b.c", "null", altered, unsigned, `${token}x`, "A".repeat(100_000)])
        assert.equal(await fixture.auth.verifyToken(bad), undefined, bad.slice(0, 80));
    });

    test("a token holds until its end and not longer", async () => {
      const fixture = await opened(open());
      const token = await signIn(fixture);
      fixture.advance(fixture.tokenMs - 5000);
      await sessionOf(fixture.auth, token);
      fixture.advance(10_000);
      assert.equal(await fixture.auth.verifyToken(token), undefined);
    });

    test("a revoked sign-in is over at once, also twice, and the others go on", async () => {
      const fixture = await opened(open());
      const [ended, other] = [await signIn(fixture), await signIn(fixture)];
      const session = await sessionOf(fixture.auth, ended);
      await fixture.auth.revokeToken(session);
      assert.equal(await fixture.auth.verifyToken(ended), undefined);
      await fixture.auth.revokeToken(session);
      assert.equal(await fixture.auth.verifyToken(ended), undefined);
      await sessionOf(fixture.auth, other);
    });

    test("another process knows of a revocation within five seconds", async (context) => {
      const fixture = await opened(open());
      if (fixture.another === undefined) return context.skip("one process is all there can be");
      const token = await signIn(fixture);
      const elsewhere = await fixture.another();
      const session = await sessionOf(elsewhere, token); // and now remembers that it is good
      await fixture.auth.revokeToken(session);
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal(await elsewhere.verifyToken(token), undefined);
      const later = await fixture.another();
      assert.equal(await later.verifyToken(token), undefined, "a new process must know too");
    });

    test("ending all sign-ins ends every one made before, and whoever signs in afterwards is in", async () => {
      const fixture = await opened(open());
      const { auth, username } = fixture;
      for (const round of ["the first time", "and again"]) {
        const ended = [await signIn(fixture), await signIn(fixture)];
        for (const token of ended) await sessionOf(auth, token);
        await auth.revokeAllTokens({ username });
        for (const token of ended) assert.equal(await auth.verifyToken(token), undefined, round);
        await sessionOf(auth, await signIn(fixture));
      }
    });

    test("ending all sign-ins of one ends nobody else's", async () => {
      const fixture = await opened(open());
      const token = await signIn(fixture);
      await fixture.auth.revokeAllTokens({ username: `${fixture.username}-2` });
      await sessionOf(fixture.auth, token);
    });

    test("another process knows within five seconds that all sign-ins ended, and makes good ones at once", async (context) => {
      const fixture = await opened(open());
      if (fixture.another === undefined) return context.skip("one process is all there can be");
      const token = await signIn(fixture);
      const elsewhere = await fixture.another();
      await sessionOf(elsewhere, token); // and now remembers that it is good
      await fixture.auth.revokeAllTokens(fixture);
      const later = await signIn({ ...fixture, auth: elsewhere });
      await sessionOf(fixture.auth, later);
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal(await elsewhere.verifyToken(token), undefined);
      await sessionOf(elsewhere, later);
    });

    test("when nobody can say whether a token is revoked, it is neither valid nor invalid", async (context) => {
      const fixture = await opened(open());
      if (fixture.failStore === undefined) return context.skip("nothing that could fail");
      const token = await signIn(fixture);
      const session = await sessionOf(fixture.auth, token);
      fixture.failStore();
      fixture.advance(HEARD_OF_WITHIN_MS);
      await assert.rejects(fixture.auth.verifyToken(token), { code: "store_unavailable" });
      await assert.rejects(fixture.auth.revokeToken(session), { code: "store_unavailable" });
      await assert.rejects(fixture.auth.revokeAllTokens(session.user), { code: "store_unavailable" });
    });

    test("the role is today's", async (context) => {
      const fixture = await opened(open());
      if (fixture.changeRole === undefined) return context.skip("roles never change here");
      const token = await signIn(fixture);
      await fixture.changeRole("something-else");
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal((await sessionOf(fixture.auth, token)).user.role, "something-else");
    });

    test("a user who is gone has no session, no sign-in, no new token and no model", async (context) => {
      const fixture = await opened(open());
      const { auth, username, password, allowedModel, removeUser } = fixture;
      if (removeUser === undefined) return context.skip("users are never removed here");
      const token = await signIn(fixture);
      const { user } = await sessionOf(auth, token);
      await removeUser();
      fixture.advance(HEARD_OF_WITHIN_MS);
      assert.equal(await auth.verifyToken(token), undefined);
      assert.equal(await auth.authenticateUser({ username, password }), undefined);
      assert.equal(await auth.requestAllowed({ username, model: allowedModel }), false);
      await assert.rejects(auth.createToken(user), { code: "invalid_credentials" });
    });

    test("models are allowed by user, and a stranger may use none", async () => {
      const { auth, username, allowedModel, forbiddenModel } = await opened(open());
      assert.equal(await auth.requestAllowed({ username, model: allowedModel }), true);
      assert.equal(await auth.requestAllowed({ username: "a-stranger", model: allowedModel }), false);
      if (forbiddenModel === undefined) return;
      assert.equal(await auth.requestAllowed({ username, model: forbiddenModel }), false);
    });

    test("with a user there is no secret for a first one, and no first one", async (context) => {
      const { auth } = await opened(open());
      if (auth.setup === undefined) return context.skip("accounts come from elsewhere");
      assert.equal(await auth.setup.secret(), undefined);
      await assert.rejects(
        auth.setup.createFirstAdmin({ secret: "", username: "mallory", password: "long enough" }),
        { code: "forbidden" },
      );
    });

    outsideCases(() => opened(open()));
    keyCases(() => opened(open()));
    if (openEmpty !== undefined) setupCases(() => opened(openEmpty()));
  });
