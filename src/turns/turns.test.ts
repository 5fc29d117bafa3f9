import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { memoryBusPlugin } from "../core/bus/memory-bus.ts";
import { threadsPlugin } from "../core/threads/plugin.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Auth } from "../protocols/auth.ts";
import type { MessageProcessor } from "../protocols/message-processor.ts";
import type { Model } from "../protocols/model.ts";
import type { CorePlugin } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { memoryStore } from "../testkit/memory-store.ts";
import { countingIds, type TestHost, testClock, testHost } from "../testkit/test-host.ts";
import { createTurns, type Turns } from "./create-turns.ts";
import { claimThread } from "./turn-records.ts";

const userId = "ann";
const timestamp = "2026-01-01T00:00:00.000Z";
const tokens = (content: string): TurnEvent => ({
  event: "message_tokens",
  data: { content, timestamp, model: "m" },
});

type Script = MessageProcessor["processMessage"];

/** Says the words, then waits to be stopped. */
const saysAndWaits = (...words: string[]): Script =>
  async function* (_turn, signal) {
    for (const word of words) yield [tokens(word)];
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
  };

const says = (...words: string[]): Script =>
  async function* () {
    for (const word of words) yield [tokens(word)];
  };

const opened: { host: TestHost; turns: Turns }[] = [];

afterEach(async () => {
  for (const { host, turns } of opened.splice(0)) {
    await turns.shutdown(0);
    await host.shutdown();
  }
});

const newStore = () => memoryStore({ now: testClock().now, newId: countingIds() });

async function open(
  script: Script,
  { store = newStore(), newId = countingIds(), now = testClock().now } = {},
) {
  const auth = { requestAllowed: async ({ model }) => model !== "forbidden" } as Partial<Auth> as Auth;
  const model = { listModels: async () => ["forbidden", "m"] } as Partial<Model> as Model;
  const part = <R extends "auth" | "model" | "store" | "message_processor">(
    role: R,
    value: unknown,
  ): CorePlugin<R> => ({ role, name: `scripted ${role}`, create: () => value as never });
  const host = testHost({
    newId,
    now,
    config: { turns: { checkpoint_ms: 50 } },
    plugins: [
      part(
        "auth",
        Object.assign(auth, { authenticateUser() {}, createToken() {}, verifyToken() {}, revokeToken() {} }),
      ),
      part("model", Object.assign(model, { generate() {} })),
      part("store", store),
      part("message_processor", { processMessage: script }),
      threadsPlugin,
      memoryBusPlugin,
    ],
  });
  const turns = await createTurns(host);
  const app = { host, turns, store, threads: await host.get("thread") };
  opened.push(app);
  return app;
}

type App = Awaited<ReturnType<typeof open>>;

/** Everything a watcher hears until the turn is over. */
async function hear({ turns }: App, turnId: string, after?: number): Promise<TurnEvent[]> {
  const events: TurnEvent[] = [];
  const never = new AbortController().signal;
  for await (const { data } of await turns.read({ userId, turnId }, after, never)) {
    events.push(...data.map((line) => JSON.parse(line) as TurnEvent));
  }
  return events;
}

const said = async ({ threads }: App, threadId: string) =>
  (await threads.getThreadMessages({ userId, threadId })).map(({ role, content, interrupted }) =>
    interrupted ? [role, content, "interrupted"] : [role, content],
  );

describe("a turn", () => {
  test("is acknowledged when the message is in the history, and then answered", async () => {
    const app = await open(says("Hel", "lo"));
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    assert.deepEqual((await said(app, threadId))[0], ["user", "Hi"]);
    const events = await hear(app, turnId);
    assert.deepEqual(
      events.map(({ event }) => event),
      ["thread_id", "message_tokens", "message_tokens", "stream_end"],
    );
    assert.deepEqual(await said(app, threadId), [
      ["user", "Hi"],
      ["assistant", "Hello"],
    ]);
    assert.equal((await app.turns.get({ userId, turnId })).state, "done");
  });

  test("makes a thread named after the first 50 characters", async () => {
    const app = await open(says("ok"));
    const content = "🦴".repeat(51);
    const { threadId } = await app.turns.start({ kind: "message", userId, content });
    assert.equal((await app.threads.getThread({ userId, threadId })).title, `${"🦴".repeat(50)}...`);
  });

  test("takes the first model the user may use when none is named, and refuses one they may not", async () => {
    const app = await open(says("ok"));
    const { threadId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    assert.equal((await app.threads.getThread({ userId, threadId })).model, "m");
    const forbidden = app.turns.start({ kind: "message", userId, content: "Hi", model: "forbidden" });
    await assert.rejects(forbidden, { code: "model_not_allowed" });
  });

  test("has the thread to itself, and the refusal names it", async () => {
    const app = await open(saysAndWaits("wait"));
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    await assert.rejects(app.turns.start({ kind: "message", userId, content: "And?", threadId }), {
      code: "turn_running",
      details: { turnId },
    });
    assert.deepEqual([...(await app.turns.running(userId))], [[threadId, turnId]]);
  });

  test("keeps what it said when it is stopped, and frees the thread", async () => {
    const app = await open(saysAndWaits("half an ", "answer"));
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    const heard = hear(app, turnId);
    await new Promise(setImmediate);
    await app.turns.stop({ userId, turnId });
    assert.deepEqual((await heard).at(-1)?.data, { timestamp, interrupted: true });
    assert.deepEqual((await said(app, threadId)).at(-1), ["assistant", "half an answer", "interrupted"]);
    assert.equal((await app.turns.get({ userId, turnId })).state, "interrupted");
    await app.turns.start({ kind: "message", userId, content: "Again", threadId });
  });

  test("that fails tells why, keeps what it said, and frees the thread", async () => {
    const app = await open(async function* () {
      yield [tokens("so far")];
      throw new SkeletonError("store_locked", "The database is busy.", { hint: "Try again." });
    });
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    const events = await hear(app, turnId);
    assert.deepEqual(events.at(-2)?.data, {
      message: "The database is busy. Try again.",
      code: "store_locked",
      timestamp,
    });
    assert.equal(events.at(-1)?.event, "stream_end");
    assert.deepEqual((await said(app, threadId)).at(-1), ["assistant", "so far", "interrupted"]);
    assert.equal((await app.turns.get({ userId, turnId })).state, "failed");
    assert.equal((await app.turns.running(userId)).size, 0);
  });

  test("does not tell readers what was not written for them", async () => {
    const app = await open(async function* () {
      yield [];
      throw new Error("ENOENT: /srv/secret/path");
    });
    const { turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    assert.doesNotMatch(JSON.stringify(await hear(app, turnId)), /secret/);
  });

  test("is nobody else's", async () => {
    const app = await open(says("ok"));
    const { turnId, threadId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    const at = { userId: "eve", turnId };
    await assert.rejects(app.turns.get(at), { code: "turn_not_found" });
    await assert.rejects(app.turns.stop(at), { code: "turn_not_found" });
    await assert.rejects(app.turns.read(at, undefined, AbortSignal.abort()), { code: "turn_not_found" });
    const intrusion = app.turns.start({ kind: "message", userId: "eve", content: "Hi", threadId });
    await assert.rejects(intrusion, { code: "thread_not_found" });
  });
});

describe("watching a turn", () => {
  test("from a cursor tells what came after it", async () => {
    const app = await open(says("a", "b", "c"));
    const { turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    const all = await hear(app, turnId);
    assert.deepEqual(await hear(app, turnId, 2), all.slice(2));
  });

  test("long after it ended tells it again from the history", async () => {
    const store = newStore();
    const before = await open(says("Hel", "lo"), { store });
    const { turnId } = await before.turns.start({ kind: "message", userId, content: "Hi" });
    await hear(before, turnId);
    const after = await open(says(), { store });
    const events = await hear(after, turnId);
    assert.deepEqual(
      events.map(({ event, data }) => [event, "content" in data ? data.content : undefined]),
      [
        ["thread_id", undefined],
        ["message_tokens", "Hello"],
        ["stream_end", undefined],
      ],
    );
    await assert.rejects(hear(after, turnId, 2), { code: "cursor_lost" });
  });
});

describe("saying it differently", () => {
  test("an edit begins a branch beside the message, and the answer follows it", async () => {
    const app = await open(says("answer"));
    const first = await app.turns.start({ kind: "message", userId, content: "One" });
    await hear(app, first.turnId);
    const { threadId, messageId } = first;
    const edit = await app.turns.start({ kind: "edit", userId, threadId, messageId, content: "Two" });
    await hear(app, edit.turnId);
    assert.deepEqual(await said(app, threadId), [
      ["user", "Two"],
      ["assistant", "answer"],
    ]);
    const [edited] = await app.threads.getThreadMessages({ userId, threadId });
    assert.deepEqual(edited?.siblings, [messageId, edit.messageId]);
  });

  test("another answer may be asked for by the message or by an answer to it", async () => {
    let count = 0;
    const app = await open(async function* () {
      count += 1;
      yield [tokens(`answer ${count}`)];
    });
    const first = await app.turns.start({ kind: "message", userId, content: "One" });
    await hear(app, first.turnId);
    const { threadId } = first;
    for (const messageId of [first.messageId, `${first.turnId}.0`]) {
      const again = await app.turns.start({ kind: "regenerate", userId, threadId, messageId });
      await hear(app, again.turnId);
      assert.equal(again.messageId, first.messageId);
    }
    const messages = await app.threads.getThreadMessages({ userId, threadId });
    assert.deepEqual(
      messages.map(({ content }) => content),
      ["One", "answer 3"],
    );
    assert.equal(messages[1]?.siblings?.length, 3);
  });

  test("a message written under something older is refused as stale", async () => {
    const app = await open(says("answer"));
    const first = await app.turns.start({ kind: "message", userId, content: "One" });
    await hear(app, first.turnId);
    const { threadId, messageId } = first;
    const stale = app.turns.start({
      kind: "message",
      userId,
      content: "Two",
      threadId,
      expectLeaf: messageId,
    });
    await assert.rejects(stale, { code: "stale" });
    assert.equal((await app.turns.running(userId)).size, 0);
    assert.equal((await said(app, threadId)).length, 2);
  });
});

describe("an idempotency key", () => {
  const request = { kind: "message", userId, content: "Once", idempotencyKey: "k1" } as const;

  test("begins one turn, however often and however closely it comes", async () => {
    const app = await open(says("ok"));
    const started = await Promise.all([1, 2, 3].map(() => app.turns.start(request)));
    started.push(await app.turns.start(request));
    assert.equal(new Set(started.map(({ turnId }) => turnId)).size, 1);
    assert.equal((await app.threads.getThreads({ userId })).length, 1);
  });

  test("is refused for another request, and is each user's own", async () => {
    const app = await open(says("ok"));
    const { turnId } = await app.turns.start(request);
    await assert.rejects(app.turns.start({ ...request, content: "Twice" }), { code: "idempotency_mismatch" });
    assert.notEqual((await app.turns.start({ ...request, userId: "bob" })).turnId, turnId);
  });
});

describe("after a crash", () => {
  /** A server that was killed: nothing of it runs any more, and its store holds what was durable. */
  async function crashed(script: Script) {
    const store = newStore();
    const newId = countingIds();
    const app = await open(script, { store: frozenAfter(store), newId });
    const started = await app.turns.start({ kind: "message", userId, content: "Hi" });
    return { store, newId, app, ...started };
  }

  /** Lets go of everything when told, as a killed process does. */
  const frozen = { now: false };
  function frozenAfter(store: Store): Store {
    return new Proxy(store, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) =>
          frozen.now ? new Promise(() => {}) : Reflect.apply(member, target, args);
      },
    });
  }

  afterEach(() => {
    frozen.now = false;
  });

  test("what was said up to the last checkpoint is in the history, marked as interrupted, once", async () => {
    const { store, newId, app, threadId, turnId } = await crashed(saysAndWaits("half ", "an answer"));
    while ((await store.collectionCount({ userId, store: "running_turns", id: threadId }, "said")) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    frozen.now = true;
    opened.splice(opened.indexOf(app), 1);
    const next = await open(says("new"), { store, newId });
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "half an answer", "interrupted"],
    ]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
    const again = await next.turns.start({ kind: "message", userId, content: "Go on", threadId });
    await hear(next, again.turnId);
    assert.equal((await said(next, threadId)).length, 4);
    const third = await open(says("new"), { store, newId });
    assert.equal((await said(third, threadId)).length, 4);
  });

  test("an answer that was saved but not yet told is done, not doubled", async () => {
    const { store, newId, app, threadId, turnId } = await crashed(saysAndWaits("whole"));
    frozen.now = true;
    opened.splice(opened.indexOf(app), 1);
    const saver = await open(says(), { store: withoutRecovery(store), newId });
    await saver.threads.addMessages({ userId, threadId }, [
      { id: `${turnId}.0`, role: "assistant", type: "message_text", content: "whole", timestamp, turnId },
    ]);
    const next = await open(says("new"), { store, newId });
    assert.deepEqual((await said(next, threadId)).slice(1), [["assistant", "whole"]]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });

  const withoutRecovery = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name, receiver) =>
        name === "findAll" ? async () => [] : (Reflect.get(target, name, receiver) as unknown),
    });

  test("a request that was never acknowledged leaves nothing behind, and its key can be used again", async () => {
    const store = newStore();
    const newId = countingIds();
    await open(says(), { store, newId }); // makes the stores
    await claimThread(store, {
      ...{
        userId,
        threadId: "t",
        turnId: "u",
        messageId: "m",
        model: "m",
        systemPrompt: "default",
        settings: {},
      },
      ...{ instance: "elsewhere:1:x", idempotency: { key: "k", requestHash: "h" } },
    });
    const app = await open(says("ok"), { store, newId });
    assert.equal((await app.turns.running(userId)).size, 1, "another machine may still live");
    const later = testClock();
    later.advance(60_000);
    const next = await open(says("ok"), { store, newId, now: later.now });
    assert.equal((await next.turns.running(userId)).size, 0);
    await assert.rejects(next.turns.get({ userId, turnId: "u" }), { code: "turn_not_found" });
    await next.turns.start({ kind: "message", userId, content: "Hi", idempotencyKey: "k" });
  });
});

describe("a disk that is full", () => {
  test("is told, and the answer is saved as soon as there is room", async () => {
    const store = newStore();
    let full = false;
    const choking = new Proxy(store, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== "function") return member;
        return async (...args: unknown[]) => {
          if (full && (name === "transaction" || name === "collectionAppend")) {
            throw new SkeletonError("store_full", "The disk is full.", { hint: "Make room." });
          }
          return Reflect.apply(member, target, args);
        };
      },
    });
    const app = await open(
      async function* () {
        yield [tokens("kept")];
        full = true;
      },
      { store: choking },
    );
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    const events: TurnEvent[] = [];
    for await (const { data } of await app.turns.read(
      { userId, turnId },
      undefined,
      new AbortController().signal,
    )) {
      events.push(...data.map((line) => JSON.parse(line) as TurnEvent));
      if (events.some(({ event }) => event === "error")) full = false;
    }
    assert.match(JSON.stringify(events), /The disk is full/);
    assert.equal(events.at(-1)?.event, "stream_end");
    assert.equal((await said(app, threadId)).at(-1)?.[1], "kept");
  });
});

describe("stopping the server", () => {
  test("takes no new turns, and keeps what running ones said", async () => {
    const app = await open(saysAndWaits("unfinished"));
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    await new Promise(setImmediate);
    await app.turns.shutdown(0);
    await assert.rejects(app.turns.start({ kind: "message", userId, content: "More" }), {
      code: "shutting_down",
    });
    assert.deepEqual((await said(app, threadId)).at(-1), ["assistant", "unfinished", "interrupted"]);
    assert.equal((await app.turns.get({ userId, turnId })).state, "interrupted");
  });
});
