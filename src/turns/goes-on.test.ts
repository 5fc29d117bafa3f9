import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { durable, killables } from "../../test/support/killed-server.ts";
import {
  closeAll,
  hear,
  newStore,
  open,
  opened,
  type Script,
  said,
  saysAndWaits,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import type { TurnRequest } from "../protocols/turn-request.ts";
import { countingIds } from "../testkit/test-host.ts";
import { until } from "../testkit/until.ts";
import { answerApproval } from "./approval-records.ts";

afterEach(closeAll);

describe("a turn whose server was killed in the middle of its tool calls", () => {
  const { mortal, kill } = killables();
  const call: TurnEvent = {
    event: "tool_call",
    data: { call_id: "c", name: "look", arguments: "{}", timestamp },
  };
  const result: TurnEvent = { event: "tool_result", data: { call_id: "c", content: "seen", timestamp } };

  /** Calls a tool and hangs there; where it goes on, that is what `then` does. */
  const hangs = (then: Script): Script =>
    async function* (turn, signal) {
      if (turn.before !== undefined) yield* then(turn, signal);
      else {
        yield [tokens("Let me see. "), call];
        yield* saysAndWaits()(turn, signal);
      }
    };

  /** Kills a server that is in this store's turn. */
  async function begun(script: Script, more: Pick<TurnRequest, "planMode"> = {}) {
    const store = newStore();
    const newId = countingIds();
    const app = await open(script, { store: mortal(store), newId, goesOn: true });
    const started = await app.turns.start({ kind: "message", userId, content: "Hi", ...more });
    await durable(store, started.threadId, "tool_call");
    return { store, newId, app, ...started };
  }

  test("a call, its approval and its result are durable before anything follows from them", async () => {
    const store = newStore();
    const durableNow: string[][] = [];
    const look = async ({ threadId }: { threadId: string }) => {
      const kept = await store.collectionGet({ userId, store: "running_turns", id: threadId }, "said");
      const events = kept.flatMap(({ item }) => item as unknown as TurnEvent[]);
      durableNow.push(events.map(({ event }) => event));
    };
    const app = await open(
      async function* (turn) {
        yield [call];
        await look(turn);
        await turn.consent({ callId: "c", name: "look", arguments: "{}" });
        await look(turn);
        yield [result];
        await look(turn);
      },
      { store },
    );
    const { turnId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
    await until("it asks", async () => (await app.turns.approvals(userId)).length);
    await app.turns.answer({ userId, turnId, callId: "c" }, true);
    await hear(app, turnId);
    assert.deepEqual(
      durableNow.map((events) => events.at(-1)),
      ["tool_call", "approval", "tool_result"],
    );
  });

  test("it goes on behind what it had said, which its log has again", async () => {
    const before: unknown[] = [];
    const script = hangs(async function* (turn) {
      before.push(...(turn.before ?? []));
      yield [result, tokens("Seen.")];
    });
    const { store, newId, app, threadId, turnId } = await begun(script);
    kill(app);
    const next = await open(script, { store, newId, goesOn: true });
    const events = await hear(next, turnId);
    assert.deepEqual(events.slice(1), [
      ...[tokens("Let me see. "), call, result, tokens("Seen.")],
      { event: "stream_end", data: { timestamp } },
    ]);
    assert.deepEqual(before, events.slice(0, 3));
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "Let me see. Seen."],
    ]);
    assert.equal((await next.turns.get({ userId, turnId })).state, "done");
  });

  test("a reader with a cursor of the old log is told to begin anew, not what comes by chance under that number", async () => {
    const script = hangs(saysAndWaits("one ", "two ", "three "));
    const { store, newId, app, turnId } = await begun(script);
    kill(app);
    const next = await open(script, { store, newId, goesOn: true });
    await assert.rejects(next.turns.read({ userId, turnId }, 2, new AbortController().signal), {
      code: "cursor_lost",
    });
    const all = await next.turns.read({ userId, turnId }, 0, new AbortController().signal);
    const { value } = await all[Symbol.asyncIterator]().next();
    assert.match(value.data[0], /thread_id/);
  });

  test("once the model has spoken again it is closed as ever", async () => {
    const script: Script = async function* (turn, signal) {
      yield [call, result];
      yield* saysAndWaits("I have seen")(turn, signal);
    };
    const { store, newId, app, threadId, turnId } = await begun(script);
    await durable(store, threadId, "I have seen");
    kill(app);
    const next = await open(() => assert.fail("it went on"), { store, newId, goesOn: true });
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
  });

  test("it does not go on with a model that its user may no longer use", async () => {
    const { store, newId, app, turnId } = await begun(hangs(saysAndWaits()));
    kill(app);
    const next = await open(() => assert.fail("it went on"), { store, newId, goesOn: true, forbids: "m" });
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
  });

  test("nor with a plan by one", async () => {
    const planMode = { planner: "p", answerer: "m" };
    const { store, newId, app, turnId } = await begun(hangs(saysAndWaits()), { planMode });
    kill(app);
    const next = await open(() => assert.fail("it went on"), { store, newId, goesOn: true, forbids: "p" });
    assert.equal((await next.turns.get({ userId, turnId })).state, "interrupted");
  });

  test("it goes on twice at most, and then says why it does not", async () => {
    const script = hangs(saysAndWaits());
    const { store, newId, app, turnId, threadId } = await begun(script);
    kill(app);
    for (let life = 0; life < 2; life += 1) {
      const next = await open(script, { store: mortal(store), newId, goesOn: true });
      assert.equal((await next.turns.get({ userId, turnId })).state, "running");
      kill(next);
    }
    const last = await open(script, { store, newId, goesOn: true });
    const { state, cutBy, error } = await last.turns.get({ userId, turnId });
    assert.deepEqual([state, cutBy], ["interrupted", "crashes"]);
    assert.match(error ?? "", /stopped three times in the tool calls/);
    const entry = (await last.threads.getThreadMessages({ userId, threadId })).at(-1);
    assert.equal((entry?.meta?.turn as { cut_by?: string } | undefined)?.cut_by, "crashes");
    assert.deepEqual((await said(last, threadId)).at(-1), ["assistant", "Let me see. ", "interrupted"]);
  });

  test("what waits for its user waits through any number of lives, and through a stop of the server", async () => {
    const script: Script = async function* (turn) {
      if (turn.before === undefined) yield [call];
      const { approved } = await turn.consent({ callId: "c", name: "look", arguments: "{}" });
      yield [result, tokens(approved ? "yes" : "no")];
    };
    const { store, newId, turnId, ...first } = await begun(script);
    let { app } = first;
    for (let life = 0; life < 4; life += 1) {
      await until("it asks", async () => (await app.turns.approvals(userId)).length);
      if (life === 2) {
        await app.turns.shutdown(0); // the store is the next one's, too
        opened.splice(opened.indexOf(app), 1);
      } else kill(app);
      app = await open(script, { store: mortal(store), newId, goesOn: true });
    }
    await app.turns.answer({ userId, turnId, callId: "c" }, true);
    const events = (await hear(app, turnId)).map(({ event, data }) =>
      "content" in data ? data.content : event,
    );
    assert.deepEqual(events, [
      "thread_id",
      "tool_call",
      "approval_request",
      "approval",
      "seen",
      "yes",
      "stream_end",
    ]);
  });

  test("what a running call asks costs it no life, and is taken back before the next one can be answered", async () => {
    const asked: string[] = [];
    const script: Script = async function* (turn) {
      if (turn.before === undefined) yield [call];
      const callId = `question ${asked.push("")}`;
      const question = { callId, ofCall: "c", name: "look", arguments: "", why: "How many?" };
      const { approved } = await turn.consent(question);
      yield [result, tokens(approved ? "yes" : "no")];
    };
    const { store, newId, threadId, turnId, ...first } = await begun(script);
    let { app } = first;
    for (let life = 1; life <= 4; life += 1) {
      await durable(store, threadId, `question ${life}`);
      kill(app);
      app = await open(script, { store: mortal(store), newId, goesOn: true });
      const late = app.turns.answer({ userId, turnId, callId: `question ${life}` }, true);
      await assert.rejects(late, { code: "record_not_found" });
    }
    await until("it asks", async () => (await app.turns.approvals(userId)).length);
    await app.turns.answer({ userId, turnId, callId: "question 5" }, true);
    const events = await hear(app, turnId);
    const told = events.flatMap(({ event, data }) =>
      event === "approval" ? [data.withdrawn ? "taken back" : data.approved] : [],
    );
    assert.deepEqual(told, [...Array(4).fill("taken back"), true]);
    assert.equal((await app.turns.get({ userId, turnId })).state, "done");
  });

  test("what a running call had asked a moment before the crash is taken back, too", async () => {
    const asked: string[] = [];
    const script: Script = async function* (turn) {
      if (turn.before === undefined) yield [call];
      const callId = `question ${asked.push("")}`;
      await turn.consent({ callId, ofCall: "c", name: "look", arguments: "", why: "How many?" });
    };
    const { store, newId, turnId, app } = await begun(script);
    await until("it asks", async () => (await app.turns.approvals(userId)).length);
    kill(app); // its record is there, and no checkpoint knows of it
    const next = await open(script, { store, newId, goesOn: true });
    await until("it asks again", () => asked.length === 2);
    const late = next.turns.answer({ userId, turnId, callId: "question 1" }, true);
    await assert.rejects(late, { code: "record_not_found" });
  });

  for (const answer of [{ approved: false }, { approved: true, arguments: '{"at":"eve"}' }])
    test(`an answer that was given while no server ran it holds: ${JSON.stringify(answer)}`, async () => {
      const script: Script = async function* (turn) {
        if (turn.before === undefined) yield [call];
        const word = await turn.consent({ callId: "c", name: "look", arguments: "{}" });
        yield [result, tokens(JSON.stringify(word))];
      };
      const { store, newId, app, turnId } = await begun(script);
      await until("it asks", async () => (await app.turns.approvals(userId)).length);
      kill(app);
      await answerApproval(store, { userId, turnId, callId: "c" }, answer);
      const next = await open(script, { store, newId, goesOn: true });
      const said = (await hear(next, turnId)).flatMap(({ event, data }) =>
        event === "message_tokens" ? [data.content] : [],
      );
      assert.deepEqual(said, [JSON.stringify(answer)]);
    });
});
