import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { durable } from "../../test/support/killed-server.ts";
import {
  closeAll,
  hear,
  newStore,
  open,
  type Script,
  said,
  says,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import { SkeletonError } from "../lib/errors.ts";
import type { Store, Write } from "../protocols/store.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { memoryStore } from "../testkit/memory-store.ts";
import { countingIds, testClock } from "../testkit/test-host.ts";
import { until } from "../testkit/until.ts";
import { sweepMs } from "./recover.ts";

afterEach(closeAll);

/** What somebody sees of a store who is frozen at the first write that fits: nothing of theirs is written until they thaw. */
function freezing(store: Store, fits: (step: Write) => boolean) {
  const [reached, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let frozen = false;
  const transaction: Store["transaction"] = async (steps) => {
    frozen ||= steps.some(fits);
    if (frozen) {
      reached.resolve();
      await thawed.promise;
    }
    return store.transaction(steps);
  };
  return { store: { ...store, transaction }, frozen: reached.promise, thaw: thawed.resolve };
}

const hasWords = (words: string) => (step: Write) => JSON.stringify(step).includes(words);
const isMessage = (step: Write) => step.op === "append" && step.at.store === "threads";
const call: TurnEvent = {
  event: "tool_call",
  data: { call_id: "c", name: "look", arguments: "{}", timestamp },
};
const result: TurnEvent = { event: "tool_result", data: { call_id: "c", content: "seen", timestamp } };
const message = { kind: "message", userId } as const;

describe("an instance that was frozen in the middle of a write while another one took its place", () => {
  const shared = () => ({ store: newStore(), newId: countingIds() });

  test("appends no answer to a conversation that has gone on", async () => {
    const { store, newId } = shared();
    const sleeper = freezing(store, hasWords("an answer"));
    const asleep = await open(says("an answer"), { store: sleeper.store, newId });
    const { threadId, turnId } = await asleep.turns.start({ ...message, content: "Hi" });
    await sleeper.frozen;
    const next = await open(says("new"), { store, newId });
    const later = await next.turns.start({ ...message, content: "Next", threadId });
    await hear(next, later.turnId);
    sleeper.thaw();
    const end = (await hear(asleep, turnId)).at(-1);
    assert.deepEqual([end?.event, end?.event === "stream_end" && end.data.interrupted], ["stream_end", true]);
    const history = [
      ["user", "Hi"],
      ["user", "Next"],
      ["assistant", "new"],
    ];
    assert.deepEqual(await said(next, threadId), history);
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
  });

  test("makes no other branch the active one", async () => {
    const { store, newId } = shared();
    const first = await open(says("one"), { store, newId });
    const { threadId, turnId, messageId } = await first.turns.start({ ...message, content: "Hi" });
    await hear(first, turnId);
    const edited = { kind: "edit", userId, threadId, messageId, content: "Hello" } as const;
    await hear(first, (await first.turns.start(edited)).turnId);
    const sleeper = freezing(store, (step) => step.op === "update" && "leaf" in step.changes);
    const asleep = await open(says("in vain"), { store: sleeper.store, newId });
    const starting = asleep.turns.start({ kind: "regenerate", userId, threadId, messageId });
    await sleeper.frozen;
    const next = await open(says("new"), { store, newId });
    await hear(next, (await next.turns.start({ ...message, content: "Next", threadId })).turnId);
    const history = await said(next, threadId);
    sleeper.thaw();
    await hear(asleep, (await starting).turnId);
    assert.deepEqual(await said(next, threadId), history);
    assert.deepEqual(
      history.map(([, content]) => content),
      ["Hello", "one", "Next", "new"],
    );
  });

  test("stores a message whose claim was taken back under a new one, once", async () => {
    const { store, newId } = shared();
    const sleeper = freezing(store, isMessage);
    const asleep = await open(says("no matter"), { store: sleeper.store, newId });
    const request = { ...message, threadId: "t", orNew: {}, idempotencyKey: "k", content: "I am late" };
    const starting = asleep.turns.start(request);
    await sleeper.frozen;
    const next = await open(says("new"), { store, newId });
    await assert.rejects(next.threads.getThread({ userId, threadId: "t" }), { code: "thread_not_found" });
    await hear(
      next,
      (await next.turns.start({ ...message, content: "Hi", threadId: "t", orNew: {} })).turnId,
    );
    sleeper.thaw();
    const { turnId } = await starting;
    await hear(asleep, turnId);
    assert.deepEqual(await next.turns.start(request), await starting);
    assert.deepEqual(
      (await said(next, "t")).map(([, content]) => content),
      ["Hi", "new", "I am late", "no matter"],
    );
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });

  test("answers a message that comes late into a conversation where nothing has happened", async () => {
    const { store, newId } = shared();
    const first = await open(says("one"), { store, newId });
    const { threadId, turnId } = await first.turns.start({ ...message, content: "Hi" });
    await hear(first, turnId);
    const sleeper = freezing(store, isMessage);
    const asleep = await open(says("two"), { store: sleeper.store, newId });
    const starting = asleep.turns.start({ ...message, threadId, content: "I am late" });
    await sleeper.frozen;
    const next = await open(says(), { store, newId });
    sleeper.thaw();
    const late = await starting;
    await hear(asleep, late.turnId);
    assert.equal((await next.turns.get({ userId, turnId: late.turnId })).state, "done");
    assert.deepEqual(
      (await said(next, threadId)).map(([, content]) => content),
      ["Hi", "one", "I am late", "two"],
    );
  });

  test("answers with the turn of its twin that came to another one meanwhile, and leaves no thread behind", async () => {
    const { store, newId } = shared();
    const sleeper = freezing(store, (step) => step.op === "add" && step.in.store === "threads");
    const asleep = await open(says("in vain"), { store: sleeper.store, newId });
    const request = { ...message, idempotencyKey: "k", content: "Hi" };
    const starting = asleep.turns.start(request);
    await sleeper.frozen;
    const next = await open(says("new"), { store, newId });
    const started = await next.turns.start(request);
    await hear(next, started.turnId);
    sleeper.thaw();
    assert.deepEqual(await starting, started);
    assert.deepEqual(
      (await next.threads.getThreads({ userId })).map(({ id }) => id),
      [started.threadId],
    );
  });

  test("erases no thread, as one that nothing was said in, in which something was said since", async () => {
    const { store, newId } = shared();
    const sleeper = freezing(store, isMessage);
    const asleep = await open(says("no matter"), { store: sleeper.store, newId });
    const starting = asleep.turns.start({ ...message, threadId: "t", orNew: {}, content: "Never heard" });
    await sleeper.frozen;
    const recoverer = freezing(store, (step) => step.op === "delete" && step.at.store === "threads");
    const recovering = open(says(), { store: recoverer.store, newId });
    await recoverer.frozen;
    const next = await open(says("new"), { store, newId });
    await hear(
      next,
      (await next.turns.start({ ...message, content: "Hi", threadId: "t", orNew: {} })).turnId,
    );
    recoverer.thaw();
    await recovering;
    assert.deepEqual(await said(next, "t"), [
      ["user", "Hi"],
      ["assistant", "new"],
    ]);
    sleeper.thaw();
    await hear(asleep, (await starting).turnId);
  });

  test("ends no turn that another one goes on with", async () => {
    const { store, newId } = shared();
    const go = Promise.withResolvers<void>();
    const script: Script = async function* (turn) {
      if (turn.before === undefined) yield [tokens("Let me see. "), call];
      await go.promise;
      yield [result, tokens("There.")];
    };
    const asleep = await open(script, { store, newId, goesOn: true });
    const { threadId, turnId } = await asleep.turns.start({ ...message, content: "Hi" });
    await durable(store, threadId, "tool_call");
    const recoverer = freezing(store, isMessage);
    const recovering = open(says(), { store: recoverer.store, newId });
    await recoverer.frozen;
    const next = await open(script, { store, newId, goesOn: true });
    recoverer.thaw();
    await recovering;
    go.resolve();
    await hear(next, turnId);
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "Let me see. There."],
    ]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });

  test("takes back no question that another one goes on asking", async () => {
    const { store, newId } = shared();
    const script: Script = async function* (turn) {
      if (turn.before === undefined) yield [call];
      const { approved } = await turn.consent({ callId: "c", name: "look", arguments: "{}" });
      yield [result, tokens(String(approved))];
    };
    const asleep = await open(script, { store, newId, goesOn: true });
    const { turnId } = await asleep.turns.start({ ...message, content: "Hi" });
    while ((await asleep.turns.approvals(userId)).length === 0) await new Promise(setImmediate);
    const next = await open(script, { store, newId, goesOn: true });
    await asleep.turns.stop({ userId, turnId });
    assert.equal((await next.turns.approvals(userId)).length, 1);
    await next.turns.answer({ userId, turnId, callId: "c" }, true);
    const events = await hear(next, turnId);
    assert.ok(events.some(({ event, data }) => event === "message_tokens" && data.content === "true"));
  });

  test("keeps its turn when it thaws while another one looks at what it has left", async () => {
    const clock = testClock();
    const [newId, now] = [countingIds(), clock.now];
    const store = memoryStore({ now, newId });
    const [go, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const asleep = await open(
      async function* () {
        yield [tokens("half ")];
        await go.promise;
        yield [tokens("an ")];
        await end.promise;
        yield [tokens("answer")];
      },
      { store, newId, now },
    );
    const { threadId, turnId } = await asleep.turns.start({ ...message, content: "Hi" });
    await durable(store, threadId, "half ");
    const collectionGet: Store["collectionGet"] = async (...call) => {
      const left = await store.collectionGet(...call);
      if (call[0].store !== "running_turns") return left;
      clock.advance(1);
      go.resolve();
      await durable(store, threadId, "an ");
      return left;
    };
    const next = await open(says(), { store: { ...store, collectionGet }, newId, now });
    end.resolve();
    await hear(asleep, turnId);
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "half an answer"],
    ]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });
});

test("a claim that could not be taken back, its database being away, acknowledges nothing, and is taken back later", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const [store, newId] = [newStore(), countingIds()];
  let database: "well" | "away" | "back" = "well";
  const transaction: Store["transaction"] = async (steps) => {
    if (database === "well" && steps.some(isMessage)) database = "away";
    if (database !== "away") return store.transaction(steps);
    throw new SkeletonError("store_unavailable", "The database is away.", { hint: "Try again." });
  };
  const app = await open(says("ok"), { store: { ...store, transaction }, newId });
  const request = { ...message, content: "Hi", idempotencyKey: "k" };
  await assert.rejects(app.turns.start(request), { code: "store_unavailable" });
  database = "back";
  const [left] = (await app.turns.running(userId)).values();
  const starting = app.turns.start(request);
  await until("it was left for a lease", async () => {
    t.mock.timers.tick(sweepMs);
    return ![...(await app.turns.running(userId)).values()].includes(left ?? "");
  });
  const { turnId } = await starting;
  assert.notEqual(turnId, left);
  const { turn } = await app.turns.outcome({ userId, turnId }, new AbortController().signal);
  assert.equal(turn.state, "done");
});

test("a message that was stored, although the store could not say so, is answered under its key", async () => {
  const [store, newId] = [newStore(), countingIds()];
  let lost = false;
  const transaction: Store["transaction"] = async (steps) => {
    const written = await store.transaction(steps);
    if (lost || !steps.some(isMessage)) return written;
    lost = true;
    throw new SkeletonError("store_unavailable", "The answer of the database was lost.", { hint: "Read." });
  };
  const app = await open(says("ok"), { store: { ...store, transaction }, newId });
  const request = { ...message, content: "Hi", idempotencyKey: "k" };
  const started = await app.turns.start(request);
  await hear(app, started.turnId);
  assert.deepEqual(await app.turns.start(request), started);
  assert.deepEqual(await said(app, started.threadId), [
    ["user", "Hi"],
    ["assistant", "ok"],
  ]);
});
