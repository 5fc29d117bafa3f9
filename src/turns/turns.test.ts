import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import {
  closeAll,
  hear,
  newStore,
  open,
  said,
  says,
  saysAndWaits,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";

afterEach(closeAll);

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
    const again: unknown[] = [];
    const app = await open(async function* (turn) {
      count += 1;
      again.push(turn.again);
      yield [tokens(`answer ${count}`)];
    });
    const first = await app.turns.start({ kind: "message", userId, content: "One" });
    await hear(app, first.turnId);
    const { threadId } = first;
    for (const messageId of [first.messageId, `${first.turnId}.0`]) {
      const other = await app.turns.start({ kind: "regenerate", userId, threadId, messageId });
      await hear(app, other.turnId);
      assert.equal(other.messageId, first.messageId);
    }
    assert.deepEqual(again, [undefined, true, true], "whoever answers is told that it is another answer");
    const messages = await app.threads.getThreadMessages({ userId, threadId });
    assert.deepEqual(
      messages.map(({ content }) => content),
      ["One", "answer 3"],
    );
    assert.equal(messages[1]?.siblings?.length, 3);
  });

  test("an answer that was cut short is gone on with below it, and only there", async () => {
    const asked: string[] = [];
    const app = await open(async function* (turn, signal) {
      asked.push(turn.message.id);
      yield* asked.length === 1 ? saysAndWaits("half ")(turn, signal) : says("and half")(turn, signal);
    });
    const first = await app.turns.start({ kind: "message", userId, content: "One" });
    const { threadId, turnId, messageId } = first;
    await new Promise(setImmediate);
    await app.turns.stop({ userId, turnId });
    const goOn = (id: string) => app.turns.start({ kind: "continue", userId, threadId, messageId: id });
    await assert.rejects(goOn(messageId), { code: "bad_input" });
    const rest = await goOn(`${turnId}.0`);
    await hear(app, rest.turnId);
    assert.deepEqual(asked, [messageId, `${turnId}.0`]);
    assert.deepEqual(await said(app, threadId), [
      ["user", "One"],
      ["assistant", "half ", "interrupted"],
      ["assistant", "and half"],
    ]);
    await assert.rejects(goOn(`${turnId}.0`), { code: "bad_input" });
    await assert.rejects(goOn(`${rest.turnId}.0`), { code: "bad_input" });
  });

  test("the last entry of a turn keeps how it went: who cut it short, its tools and its tokens", async () => {
    const app = await open(async function* (turn, signal) {
      yield [
        { event: "context", data: { left_out: 2, timestamp } },
        { event: "tool_call", data: { call_id: "c", name: "look", arguments: "{}", timestamp } },
        { event: "tool_result", data: { call_id: "c", content: "x".repeat(30_000), timestamp } },
      ];
      yield [{ event: "usage", data: { prompt_tokens: 3, completion_tokens: 2, model: "m", timestamp } }];
      yield* saysAndWaits("half ")(turn, signal);
    });
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "One" });
    await new Promise(setImmediate);
    await app.turns.stop({ userId, turnId });
    const [, last] = await app.threads.getThreadMessages({ userId, threadId });
    assert.deepEqual(last?.meta?.turn, {
      started: timestamp,
      spoken: timestamp,
      usage: { prompt_tokens: 3, completion_tokens: 2 },
      left_out: 2,
      cut_by: "reader",
      calls: [
        {
          ...{ call_id: "c", name: "look", arguments: "{}", before: `${turnId}.0` },
          ...{ started: timestamp, ended: timestamp, result: "x".repeat(20_000) },
        },
      ],
    });
  });

  test("a turn that is stopped in its first tool, before it said a word, keeps the call", async () => {
    const app = await open(async function* (turn, signal) {
      yield [{ event: "tool_call", data: { call_id: "c", name: "look", arguments: "{}", timestamp } }];
      yield* saysAndWaits()(turn, signal);
    });
    const { threadId, turnId } = await app.turns.start({ kind: "message", userId, content: "One" });
    await new Promise(setImmediate);
    await app.turns.stop({ userId, turnId });
    assert.deepEqual((await said(app, threadId)).at(-1), ["assistant", "", "interrupted"]);
    const [, last] = await app.threads.getThreadMessages({ userId, threadId });
    const call = { call_id: "c", name: "look", arguments: "{}", before: null, started: timestamp };
    assert.deepEqual(last?.meta?.turn, { started: timestamp, cut_by: "reader", calls: [call] });
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

test("a store that is gone does not hold up a stop", async () => {
  const app = await open(saysAndWaits("half"));
  await app.turns.start({ kind: "message", userId, content: "Hi" });
  await app.store.shutdown();
  await app.turns.shutdown(0);
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
