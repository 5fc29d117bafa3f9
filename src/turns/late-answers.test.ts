import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { durable, killable } from "../../test/support/killed-server.ts";
import {
  closeAll,
  hear,
  newStore,
  open,
  type Script,
  saysAndWaits,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import type { ConsentRequest } from "../protocols/message-processor.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { countingIds } from "../testkit/test-host.ts";
import { until } from "../testkit/until.ts";
import { answerApproval } from "./approval-records.ts";

afterEach(closeAll);

const call: TurnEvent = {
  event: "tool_call",
  data: { call_id: "c", name: "book", arguments: "{}", timestamp },
};
const form = { type: "object", properties: { seats: { type: "integer" }, window: { type: "boolean" } } };

/** A call that runs anew in each life of its server, and asks what these say in turn. */
function asks(...questions: readonly Partial<ConsentRequest>[]): Script {
  let life = 0;
  return async function* (turn) {
    if (turn.before === undefined) yield [call];
    life += 1;
    for (const [index, question] of questions.entries()) {
      const callId = `q${index}.${life}`;
      const about = { callId, ofCall: "c", name: "book", arguments: "", ...question };
      const { approved, arguments: args = "" } = await turn.consent(about);
      yield [tokens(`${approved ? "yes" : "no"} ${args} `)];
    }
  };
}

async function waits({ turns }: Awaited<ReturnType<typeof open>>) {
  return until("it asks", async () => (await turns.approvals(userId))[0]);
}

const inShort = (events: readonly TurnEvent[]) =>
  events.flatMap(({ event, data }) => {
    if (event === "message_tokens") return [data.content.trim()];
    if (event === "approval") return [data.withdrawn ? "taken back" : `answered ${data.call_id}`];
    return event === "approval_request" ? [`asked ${data.call_id}`] : [];
  });

describe("what reaches a turn by way of another process after its own died", () => {
  /** A turn that has come so far that its store knows `last`, and whose server is then killed. */
  async function killedIn(script: Script, last: string) {
    const store = newStore();
    const newId = countingIds();
    const server = killable(store);
    const app = await open(script, { store: server.store, newId, goesOn: true });
    const started = await app.turns.start({ kind: "message", userId, content: "Hi" });
    await durable(store, started.threadId, last);
    server.kill(app);
    return { store, again: () => open(script, { store, newId, goesOn: true }), ...started };
  }

  test("an answer to a running call holds when the call runs again and asks the same", async () => {
    const script = asks({ why: "How many?", form });
    const { store, again, turnId } = await killedIn(script, "q0.1");
    await answerApproval(
      store,
      { userId, turnId, callId: "q0.1" },
      { approved: true, arguments: '{"seats":2}' },
    );
    const next = await again();
    assert.deepEqual(inShort(await hear(next, turnId)), ["asked q0.1", "answered q0.1", 'yes {"seats":2}']);
  });

  test("it holds once, and for nothing else that is asked", async () => {
    const script = asks({ why: "How many?" }, { why: "Sure?" }, { why: "How many?" });
    const { store, again, turnId } = await killedIn(script, "q0.1");
    await answerApproval(store, { userId, turnId, callId: "q0.1" }, { approved: true });
    const next = await again();
    for (const why of ["Sure?", "How many?"]) {
      const { callId, ...question } = await waits(next);
      assert.equal(question.why, why);
      await next.turns.answer({ userId, turnId, callId }, false);
    }
    assert.deepEqual(inShort(await hear(next, turnId)), [
      ...["asked q0.1", "answered q0.1", "yes", "asked q1.2", "answered q1.2", "no"],
      ...["asked q2.2", "answered q2.2", "no"],
    ]);
  });

  test("a stop holds: what would have gone on ends, as its reader's wish", async () => {
    const script: Script = async function* (turn, signal) {
      if (turn.before !== undefined) assert.fail("it went on");
      yield [call];
      yield* saysAndWaits()(turn, signal);
    };
    const { store, again, turnId, threadId } = await killedIn(script, "tool_call");
    const at = { userId, store: "running_turns", id: threadId };
    const sign = (await store.get(at))?.updated_at;
    const other = await open(script, { store: withoutRecovery(store), newId: () => "other" });
    await other.turns.stop({ userId, turnId });
    assert.equal((await store.get(at))?.updated_at, sign, "it is no sign of life");
    const { state, cutBy } = await (await again()).turns.get({ userId, turnId });
    assert.deepEqual([state, cutBy], ["interrupted", "reader"]);
  });
});

/** For a process that has not seen yet that the other one is dead. */
const withoutRecovery = (store: ReturnType<typeof newStore>) => ({ ...store, findAll: async () => [] });

test("a stop by way of another process reaches the turn, also where nothing but the store is shared", async () => {
  const app = await open(saysAndWaits("said"));
  const { turnId, threadId } = await app.turns.start({ kind: "message", userId, content: "Hi" });
  await durable(app.store, threadId, "said");
  const other = await open(saysAndWaits(), { store: withoutRecovery(app.store), newId: () => "other" });
  await assert.rejects(other.turns.stop({ userId: "eve", turnId }), { code: "turn_not_found" });
  await other.turns.stop({ userId, turnId });
  await hear(app, turnId);
  const { state, cutBy } = await app.turns.get({ userId, turnId });
  assert.deepEqual([state, cutBy], ["interrupted", "reader"]);
});
