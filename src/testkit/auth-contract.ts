import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { Auth } from "../protocols/auth.ts";
import { keyCases } from "./auth-contract-keys.ts";
import { outsideCases } from "./auth-contract-outside.ts";

/** A fresh `Auth` and what the suite must know of it. What is absent is skipped. */
export type AuthFixture = {
  readonly auth: Auth;
  /** Somebody who may sign in. */
  readonly username: string;
  readonly password: string;
  readonly role: string;
  readonly allowedModel: string;
  /** A model that this user may not use. Absent: the user may use all. */
  readonly forbiddenModel?: string;
  /** The clock of `auth`. */
  now(): Date;
  /** Moves it forward. */
  advance(ms: number): void;
  /** How long a token lives. */
  readonly tokenMs: number;
  /** A second `Auth` on the same data, as another process would have it. Absent: there can be none. */
  readonly another?: () => Promise<Auth>;
  /** Gives the user this user role, as an operator would. */
  readonly changeRole?: (role: string) => Promise<void>;
  /** Removes the user, as an operator would. */
  readonly removeUser?: () => Promise<void>;
  /** Makes whatever remembers revoked tokens fail from now on. */
  readonly failStore?: () => void;
  close(): Promise<void>;
};

/** How soon another process must know of a revocation, and of a changed or removed user. */
const HEARD_OF_WITHIN_MS = 5000;

/** What every `Auth` does. `open` gives a fresh one with one user; `openEmpty`, for those with `setup`, one without. */
export const authContract = (
  name: string,
  open: () => Promise<AuthFixture>,
  openEmpty?: () => Promise<Pick<AuthFixture, "auth" | "another" | "close">>,
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
    const sessionOf = async (auth: Auth, token: string) => {
      const session = await auth.verifyToken(token);
      assert.ok(session, "the token must be valid here");
      return session;
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

    outsideCases(() => opened(open()), HEARD_OF_WITHIN_MS);
    keyCases(() => opened(open()), HEARD_OF_WITHIN_MS);

    if (openEmpty === undefined) return;

    const empty = async () => {
      const fixture = await opened(openEmpty());
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
  });
