import assert from "node:assert/strict";
import { test } from "node:test";
import type { Auth } from "../../protocols/auth.ts";
import type { FetchedAnswer } from "../../protocols/fetch.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import type { Store } from "../../protocols/store.ts";
import type { TurnRequest } from "../../protocols/turn-request.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { countingIds, testHost } from "../../testkit/test-host.ts";
import { until } from "../../testkit/until.ts";
import type { HttpContext } from "../context.ts";
import { slackReplies } from "./replies.ts";
import { seenRequests } from "./seen-requests.ts";

const request: TurnRequest = { kind: "message", userId: "ada", threadId: "t", content: "Is it so?" };
const asked = { request, responseUrl: "https://hooks.slack.com/1", asked: "Is it so?" };

const plugin = <Role extends "auth" | "store">(role: Role, part: unknown) =>
  ({ role, name: role, priority: 1, create: () => part }) as unknown as CorePlugin;

/** A server of which only its users, its store, its turns and Slack matter. */
function life(store: Store, start: (request: TurnRequest) => Promise<{ turnId: string }>, users = ["ada"]) {
  const auth: Partial<Auth> = {
    createToken: async ({ username }) => username,
    verifyToken: async (username) =>
      users.includes(username)
        ? { user: { username, role: "user" }, tokenId: "", expiresAt: new Date() }
        : undefined,
  };
  for (const method of ["authenticateUser", "revokeToken", "revokeAllTokens", "requestAllowed"])
    Object.assign(auth, { [method]: () => assert.fail(method) });
  const posts: string[] = [];
  const host = testHost({
    plugins: [plugin("store", store), plugin("auth", auth)],
    newId: countingIds(),
    fetch: async (_url, init) => {
      posts.push((JSON.parse(String(init?.body)) as { text: string }).text);
      return { status: 200 } as FetchedAnswer;
    },
  });
  const turns = {
    start,
    async read() {
      const event = { event: "message_tokens", data: { content: "It is." } };
      return (async function* () {
        yield { data: [JSON.stringify(event)] };
      })();
    },
  } as unknown as HttpContext["turns"];
  return { host, posts, replies: slackReplies({ host, turns }) };
}

const newStore = () => memoryStore({ now: () => new Date("2026-01-01T00:00:00.000Z"), newId: countingIds() });

test("an answer is posted although its server was killed while the turn began, and the turn begins once", async () => {
  const store = newStore();
  const keys: (string | undefined)[] = [];
  const killed = life(store, async ({ idempotencyKey }) => {
    keys.push(idempotencyKey);
    return new Promise(() => {});
  });
  void killed.replies.begin(asked);
  await until("it is asked for", () => keys.length === 1);

  const next = life(store, async ({ idempotencyKey, ...again }) => {
    keys.push(idempotencyKey);
    assert.deepEqual(again, request);
    return { turnId: "turn" };
  });
  await next.replies.resume();
  await until("it is posted", () => next.posts.length === 1);
  assert.deepEqual(next.posts, ["> Is it so?\nIt is."]);
  assert.equal(keys[0], keys[1]);
  await until("it is forgotten", async () => (await store.findAll("slack_replies")).length === 0);
});

test("a turn that cannot begin leaves nothing behind", async () => {
  const store = newStore();
  const { replies, posts } = life(store, () =>
    Promise.reject(Object.assign(new Error("no"), { code: "turn_running" })),
  );
  await assert.rejects(replies.begin(asked), { code: "turn_running" });
  assert.deepEqual([await store.findAll("slack_replies"), posts], [[], []]);
});

test("what is too old for Slack, or of somebody who is no user any more, is not gone on with", async () => {
  for (const [users, minutes] of [
    [["bob"], 1],
    [["ada"], 31],
  ] as const) {
    const store = newStore();
    const killed = life(store, () => new Promise(() => {}));
    void killed.replies.begin(asked);
    await until(
      "it is noted",
      async () =>
        (await store.listStores()).includes("slack_replies") &&
        (await store.findAll("slack_replies")).length === 1,
    );
    const next = life(store, () => assert.fail("it began"), [...users]);
    next.host.clock.advance(minutes * 60_000);
    await next.replies.resume();
    assert.deepEqual([await store.findAll("slack_replies"), next.posts], [[], []]);
  }
});

test("a request counts once, also for the next life of the server, and is forgotten when it is stale anyway", async () => {
  const store = newStore();
  const { host } = life(store, () => assert.fail());
  const seconds = host.now().getTime() / 1000;
  const take = (signature: string, at = 0) =>
    seenRequests(host).take(`v0=${signature}`, String(seconds + at));
  assert.equal(await take("a"), true);
  assert.equal(await take("a"), false);
  assert.equal(await take("b", 300), true);
  host.clock.advance(301_000);
  assert.equal(await take("c", 301), true);
  await until("the stale one is forgotten", async () => (await store.findAll("slack_requests")).length === 2);
  assert.equal(await take("b", 300), false, "it would still count");
});
