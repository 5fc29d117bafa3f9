import assert from "node:assert/strict";
import { afterEach, describe, type TestContext, test } from "node:test";
import { setImmediate as loopOver } from "node:timers/promises";
import { durable, killables } from "../../test/support/killed-server.ts";
import {
  closeAll,
  hear,
  newStore,
  open,
  type Script,
  said,
  says,
  saysAndWaits,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import { signOfLifeMs } from "../lib/instance.ts";
import type { Store } from "../protocols/store.ts";
import type { NewMessage } from "../protocols/threads.ts";
import { memoryStore } from "../testkit/memory-store.ts";
import { countingIds, testClock } from "../testkit/test-host.ts";
import { until } from "../testkit/until.ts";
import { sweepMs } from "./recover.ts";
import { claimThread } from "./turn-records.ts";

afterEach(closeAll);

/** Moves the clock that nobody sets. */
function elapse(t: TestContext, ms: number): void {
  const { now } = performance;
  t.mock.method(performance, "now", () => now.call(performance) + ms);
}

describe("after a crash", () => {
  /** A server that was killed: nothing of it runs any more, and its store holds what was durable. */
  async function crashed(script: Script) {
    const store = newStore();
    const newId = countingIds();
    const app = await open(script, { store: mortal(store), newId });
    const started = await app.turns.start({ kind: "message", userId, content: "Hi" });
    return { store, newId, app, ...started };
  }

  const { mortal, kill } = killables();

  test("what was said up to the last checkpoint is in the history, marked as interrupted, once", async () => {
    const { store, newId, app, threadId, turnId } = await crashed(saysAndWaits("half ", "an answer"));
    await durable(store, threadId, "an answer");
    kill(app);
    const next = await open(says("new"), { store, newId });
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "half an answer", "interrupted"],
    ]);
    const { state, cutBy } = await next.turns.get({ userId, turnId });
    assert.deepEqual([state, cutBy], ["interrupted", "server"]);
    const [, cut] = await next.threads.getThreadMessages({ userId, threadId });
    assert.deepEqual(cut?.meta?.turn, { started: timestamp, cut_by: "server" });
    const again = await next.turns.start({ kind: "message", userId, content: "Go on", threadId });
    await hear(next, again.turnId);
    assert.equal((await said(next, threadId)).length, 4);
    const third = await open(says("new"), { store, newId });
    assert.equal((await said(third, threadId)).length, 4);
  });

  test("one that was only silent for longer than its lease changes nothing of what came after it", async () => {
    const store = newStore();
    const newId = countingIds();
    const wake = Promise.withResolvers<void>();
    const asleep = await open(
      async function* () {
        yield [tokens("half ")];
        await wake.promise;
        yield [tokens("an answer")];
      },
      { store, newId },
    );
    const { threadId, turnId } = await asleep.turns.start({ kind: "message", userId, content: "Hi" });
    await durable(store, threadId, "half ");
    const next = await open(saysAndWaits("new"), { store, newId });
    const later = await next.turns.start({ kind: "message", userId, content: "Next", threadId });
    await durable(store, threadId, "new");
    wake.resolve();
    const heard = await hear(asleep, turnId);
    const end = heard.at(-1);
    assert.deepEqual([end?.event, end?.event === "stream_end" && end.data.interrupted], ["stream_end", true]);
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "half ", "interrupted"],
      ["user", "Next"],
    ]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
    assert.equal((await next.turns.running(userId)).get(threadId), later.turnId, "its thread is still taken");
    const kept = await store.collectionGet({ userId, store: "running_turns", id: threadId }, "said");
    assert.doesNotMatch(JSON.stringify(kept), /an answer/);
  });

  test("one that was taken over is stopped where it was silent, and not spoken to its end", {
    timeout: 60_000,
  }, async (t) => {
    const store = newStore();
    const newId = countingIds();
    const asleep = await open(saysAndWaits("half "), { store, newId });
    const { threadId, turnId } = await asleep.turns.start({ kind: "message", userId, content: "Hi" });
    await durable(store, threadId, "half ");
    const next = await open(says("new"), { store, newId });
    elapse(t, signOfLifeMs);
    await asleep.turns.ended();
    assert.equal((await asleep.turns.get({ userId, turnId })).cutBy, "server");
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "half ", "interrupted"],
    ]);
  });

  test("a question of one that was taken over is left to who goes on with it", {
    timeout: 60_000,
  }, async (t) => {
    const store = newStore();
    const newId = countingIds();
    const sent: string[] = [];
    const asking = (who: string): Script =>
      async function* (turn) {
        const call = { call_id: "c", name: "send", arguments: "{}", timestamp };
        if (turn.before === undefined) yield [{ event: "tool_call", data: call }];
        await turn.consent({ callId: "c", name: "send", arguments: "{}" });
        sent.push(who);
        yield [tokens("Sent.")];
      };
    const options = { store, newId, goesOn: true };
    let waking = Promise.resolve();
    const transaction: Store["transaction"] = async (...args) => {
      await waking;
      return store.transaction(...args);
    };
    const asleep = await open(asking("asleep"), { ...options, store: { ...store, transaction } });
    const { turnId, threadId } = await asleep.turns.start({ kind: "message", userId, content: "Hi" });
    await durable(store, threadId, "approval_request");
    const { promise, resolve: wake } = Promise.withResolvers<void>();
    waking = promise;
    const next = await open(asking("next"), options);
    while ((await next.turns.approvals(userId)).length === 0 && !t.signal.aborted) await loopOver();
    elapse(t, signOfLifeMs);
    wake();
    await asleep.turns.ended();
    await next.turns.answer({ userId, turnId, callId: "c" }, true);
    await next.turns.ended();
    assert.deepEqual(sent, ["next"]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });

  test("tools, tokens and an error are told as the reader saw them", async () => {
    const { store, newId, app, threadId, turnId } = await crashed(async function* (turn, signal) {
      yield [
        tokens("Let me see."),
        { event: "context", data: { left_out: 2, timestamp } },
        { event: "usage", data: { prompt_tokens: 3, completion_tokens: 2, model: "m", timestamp } },
        { event: "tool_call", data: { call_id: "c", name: "look", arguments: "{}", timestamp } },
        { event: "tool_update", data: { call_id: "c", content: "half way", timestamp } },
        { event: "tool_result", data: { call_id: "c", content: "x".repeat(30_000), timestamp } },
        { event: "tool_call", data: { call_id: "d", name: "look", arguments: "{}", timestamp } },
        { event: "error", data: { message: "The model is gone.", timestamp } },
      ];
      yield* saysAndWaits()(turn, signal);
    });
    await durable(store, threadId, "The model is gone.");
    kill(app);
    const next = await open(says("new"), { store, newId });
    const record = await next.turns.get({ userId, turnId });
    assert.deepEqual([record.state, record.error], ["failed", "The model is gone."]);
    const call = { name: "look", arguments: "{}", started: timestamp };
    assert.deepEqual((await next.threads.getThreadMessages({ userId, threadId })).at(-1)?.meta?.turn, {
      ...{ started: timestamp, spoken: timestamp, left_out: 2, cut_by: "server" },
      usage: { prompt_tokens: 3, completion_tokens: 2 },
      calls: [
        { ...call, call_id: "c", before: `${turnId}.1`, ended: timestamp, result: "x".repeat(20_000) },
        { ...call, call_id: "d", before: null },
      ],
    });
  });

  test("a question that nobody had answered is withdrawn, and its turn closed", async () => {
    const { store, newId, app, threadId, turnId } = await crashed(async function* (turn) {
      yield [
        { event: "tool_call", data: { call_id: "c", name: "send", arguments: "{}", timestamp } },
        tokens("asking"),
      ];
      await turn.consent({ callId: "c", name: "send", arguments: "{}" });
    });
    await durable(store, threadId, "asking");
    kill(app);
    const next = await open(says("new"), { store, newId });
    assert.deepEqual(await next.turns.approvals(userId), []);
    const answer = next.turns.answer({ userId, turnId, callId: "c" }, true);
    await assert.rejects(answer, { code: "record_not_found" });
    assert.deepEqual(await store.findAll("approvals"), []);
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
  });

  /** Killed when its answer was in the history, before it was told that the turn is over. */
  async function savedOnly(more: Partial<NewMessage> = {}) {
    const { store, newId, app, threadId, turnId } = await crashed(saysAndWaits("whole"));
    kill(app);
    const { threads } = await open(says(), { store: withoutRecovery(store), newId });
    const entry = { role: "assistant", type: "message_text", content: "whole", timestamp, turnId } as const;
    await threads.addMessages({ userId, threadId }, [{ id: `${turnId}.0`, ...entry, ...more }]);
    return { store, newId, threads, threadId, turnId };
  }

  test("an answer that was saved but not yet told is done, not doubled", async () => {
    const { store, newId, threadId, turnId } = await savedOnly();
    const next = await open(says("new"), { store, newId });
    assert.deepEqual((await said(next, threadId)).slice(1), [["assistant", "whole"]]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });

  test("so is one whose reader has gone to another branch meanwhile", async () => {
    const { store, newId, threads, threadId, turnId } = await savedOnly();
    const other = { id: "other", role: "user", type: "message_text", content: "Hello", timestamp } as const;
    await threads.addMessages({ userId, threadId }, [other], { parentId: null });
    const next = await open(says("new"), { store, newId });
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
    assert.deepEqual(await said(next, threadId), [["user", "Hello"]]);
  });

  for (const cutBy of ["reader", "server"] as const)
    test(`one that was saved as cut short by the ${cutBy} is closed as that`, async () => {
      const { store, newId, turnId } = await savedOnly({
        interrupted: true,
        meta: { turn: { cut_by: cutBy } },
      });
      const { turns } = await open(says("new"), { store, newId });
      const { state, cutBy: told } = await turns.get({ userId, turnId });
      assert.deepEqual([state, told], ["interrupted", cutBy]);
    });

  const withoutRecovery = (store: Store): Store =>
    new Proxy(store, {
      get: (target, name, receiver) =>
        name === "findAll" ? async () => [] : (Reflect.get(target, name, receiver) as unknown),
    });

  test("a request that was never acknowledged leaves nothing behind, and its key can be used again", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
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
    await until("it was silent for a lease", async () => {
      t.mock.timers.tick(sweepMs);
      return (await app.turns.running(userId)).size === 0;
    });
    await assert.rejects(app.turns.get({ userId, turnId: "u" }), { code: "turn_not_found" });
    const { turnId } = await app.turns.start({
      kind: "message",
      userId,
      content: "Hi",
      idempotencyKey: "k",
    });
    await hear(app, turnId);
  });

  test("that another process has just taken care of is no fault", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const store = newStore();
    const newId = countingIds();
    await open(says(), { store, newId }); // makes the stores
    const claim = { userId, threadId: "t", turnId: "u", messageId: "m", model: "m", systemPrompt: "default" };
    await claimThread(store, { ...claim, settings: {}, instance: "elsewhere:1:x" });
    const { collectionGet } = store;
    store.collectionGet = async (...args) => {
      await store.delete({ userId, store: "running_turns", id: "t" });
      return collectionGet(...args);
    };
    const app = await open(says("ok"), { store, newId });
    await until("it was silent for a lease", async () => {
      t.mock.timers.tick(sweepMs);
      return (await app.turns.running(userId)).size === 0;
    });
    await app.turns.start({ kind: "message", userId, content: "Hi" });
    assert.deepEqual(
      app.host.logged.filter(({ level }) => level === "error"),
      [],
    );
  });

  test("of a machine whose clock is behind are left alone as long as they show signs of life", async (t) => {
    const [clock, behind, newId] = [testClock(), testClock(), countingIds()];
    behind.advance(-300_000);
    const store = memoryStore({ now: behind.now, newId });
    await open(says(), { store, newId }); // makes the stores
    t.mock.timers.enable({ apis: ["setInterval"] });
    const claim = { userId, threadId: "t", turnId: "u", messageId: "m", model: "m", systemPrompt: "default" };
    await claimThread(store, { ...claim, settings: {}, instance: "elsewhere:1:x" });
    let looks = 0;
    const findAll: Store["findAll"] = async (...asked) => {
      looks += 1;
      behind.advance(1);
      // The fifth look without would be a lease.
      if (looks % 4 === 0) await store.update({ userId, store: "running_turns", id: "t" }, {});
      return store.findAll(...asked);
    };
    const app = await open(says("ok"), { store: { ...store, findAll }, newId, now: clock.now });
    await until("it has looked for several leases", () => {
      t.mock.timers.tick(sweepMs);
      return looks > 12;
    });
    assert.equal((await app.turns.running(userId)).get("t"), "u");
  });

  test("show signs of life also when their machine's clock is set back", async (t) => {
    const [clock, newId] = [testClock(), countingIds()];
    const store = memoryStore({ now: clock.now, newId });
    const app = await open(saysAndWaits("half "), { store, newId, now: clock.now });
    const { threadId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    await durable(store, threadId, "half ");
    clock.advance(-300_000);
    elapse(t, signOfLifeMs);
    await until("it has shown one", async () => {
      const record = await store.get({ userId, store: "running_turns", id: threadId });
      return record?.updated_at === clock.now().toISOString();
    });
  });
});
