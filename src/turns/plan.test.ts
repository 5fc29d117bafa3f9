import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { durable, killable } from "../../test/support/killed-server.ts";
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
import type { Turn } from "../protocols/message-processor.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { countingIds } from "../testkit/test-host.ts";
import { until } from "../testkit/until.ts";
import { emptyTurn, foldTurn } from "./fold-turn.ts";
import { asksUser, onlyAsks, standingOf } from "./goes-on.ts";

afterEach(closeAll);

const steps = [{ text: "Look" }, { text: "Leap" }];
const written: TurnEvent = {
  event: "plan_tokens",
  data: { content: "1. Look\n2. Leap", model: "p", timestamp },
};
const plan = (as: readonly object[] = steps): TurnEvent => ({
  event: "plan",
  data: { steps: as as typeof steps, model: "p", timestamp },
});
const step = (number: number, state: "doing" | "done"): TurnEvent => ({
  event: "plan_step",
  data: { step: number, state, timestamp },
});
const question = { callId: "plan", name: "plan", arguments: JSON.stringify(steps) };
const planMode = { planner: "m", answerer: "m" };

type App = Awaited<ReturnType<typeof open>>;

const begin = ({ turns }: App, mode: Turn["planMode"] | null = { ...planMode, review: true }) =>
  turns.start({ kind: "message", userId, content: "Hi", planMode: mode ?? null });

async function waits({ turns }: App) {
  await until("it asks", async () => (await turns.approvals(userId)).length);
}

/** Plans once, asks, and carries it out. */
const reviewed: Script = async function* (turn) {
  if (turn.before === undefined) yield [written, plan()];
  const { approved, arguments: args = "as it is" } = await turn.consent(question);
  if (approved) yield [tokens(args)];
};

describe("a plan that waits for its user", () => {
  test("is a question like any other, and what they made of it comes back", async () => {
    const app = await open(reviewed);
    const { turnId, threadId } = await begin(app);
    await waits(app);
    const [asked] = await app.turns.approvals(userId);
    assert.deepEqual([asked?.callId, asked?.arguments], ["plan", JSON.stringify(steps)]);
    const left = '[{"text":"Laugh"}]';
    await app.turns.answer({ userId, turnId, callId: "plan" }, true, left);
    const events = await hear(app, turnId);
    assert.ok(events.some(({ event, data }) => event === "message_tokens" && data.content === left));
    const end = (await app.threads.getThreadMessages({ userId, threadId })).at(-1);
    const kept = (end?.meta?.turn as { plan?: unknown } | undefined)?.plan;
    assert.deepEqual(kept, { steps, model: "p", consent: "approved" });
  });

  test("does not take an answer that leaves no plan, and still waits", async () => {
    const app = await open(reviewed);
    const { turnId } = await begin(app);
    await waits(app);
    for (const args of ["", "[]", '[{"text":""}]', '[{"text":"a","struck":true}]', '[{"text":"a","more":1}]'])
      await assert.rejects(app.turns.answer({ userId, turnId, callId: "plan" }, true, args), {
        code: "bad_input",
      });
    assert.equal((await app.turns.approvals(userId)).length, 1);
  });

  test("waits through a kill and a stop of the server, and is not made again", async () => {
    const store = newStore();
    const newId = countingIds();
    let server = killable(store);
    let app = await open(reviewed, { store: server.store, newId, goesOn: true });
    const { turnId, threadId } = await begin(app);
    for (let life = 0; life < 4; life += 1) {
      await waits(app);
      await durable(store, threadId, "approval_request");
      if (life === 2) await app.turns.shutdown(0);
      server.kill(app);
      server = killable(store);
      app = await open(reviewed, { store: server.store, newId, goesOn: true });
    }
    await waits(app);
    await app.turns.answer({ userId, turnId, callId: "plan" }, true);
    assert.deepEqual(
      (await hear(app, turnId)).map(({ event }) => event),
      ["thread_id", "plan_tokens", "plan", "approval_request", "approval", "message_tokens", "stream_end"],
    );
    assert.deepEqual((await said(app, threadId)).slice(1), [
      ["plan", "1. Look\n2. Leap"],
      ["assistant", "as it is"],
    ]);
  });

  test("is kept when it is stopped, and its question is gone", async () => {
    const app = await open(reviewed);
    const { turnId, threadId } = await begin(app);
    await waits(app);
    await app.turns.stop({ userId, turnId });
    assert.deepEqual(await app.turns.approvals(userId), []);
    assert.deepEqual((await said(app, threadId)).at(-1), ["plan", "1. Look\n2. Leap", "interrupted"]);
    const goOn = app.turns.start({ kind: "continue", userId, threadId, messageId: `${turnId}.0` });
    await assert.rejects(goOn, { code: "bad_input" });
  });
});

describe("a turn whose server was killed behind its plan", () => {
  test("goes on with it, and knows who plans", async () => {
    const store = newStore();
    const newId = countingIds();
    const server = killable(store);
    const modes: unknown[] = [];
    const script: Script = async function* (turn, signal) {
      modes.push(turn.planMode);
      if (turn.before === undefined) {
        yield [written, plan()];
        yield* saysAndWaits()(turn, signal);
      } else yield [step(1, "doing"), tokens("Looked.")];
    };
    const app = await open(script, { store: server.store, newId, goesOn: true });
    const { turnId, threadId } = await begin(app, planMode);
    await durable(store, threadId, '"plan"');
    server.kill(app);
    const next = await open(script, { store, newId, goesOn: true });
    const view = foldTurn(await hear(next, turnId));
    assert.deepEqual(
      view.segments.map(({ content }) => content),
      ["1. Look\n2. Leap", "Looked."],
    );
    assert.equal(view.plan?.steps[0]?.state, "doing");
    assert.deepEqual(modes, [planMode, planMode]);
  });

  test("stands there until somebody speaks, and waits only while it is asked about", () => {
    const request: TurnEvent = { event: "approval_request", data: { ...call, name: "plan", arguments: "" } };
    const word: TurnEvent = { event: "approval", data: { ...call, approved: true } };
    const standing = (...events: readonly TurnEvent[]) => {
      const view = foldTurn(events);
      const waits = asksUser(view);
      assert.equal(onlyAsks(view), waits); // nothing runs beside a plan
      return [standingOf(view), waits];
    };
    assert.deepEqual(standing(written), [undefined, false]);
    assert.deepEqual(standing(written, plan()), ["behind its plan", false]);
    assert.deepEqual(standing(written, plan(), request), ["behind its plan", true]);
    assert.deepEqual(standing(written, plan(), request, word), ["behind its plan", false]);
    assert.deepEqual(standing(written, plan(), tokens("a")), [undefined, false]);
    const thought: TurnEvent = { event: "thinking_tokens", data: { content: "hm", model: "m", timestamp } };
    assert.deepEqual(standing(written, plan(), thought), [undefined, false]);
    assert.deepEqual(standing(written, plan(), { event: "error", data: { message: "no" } }), [
      undefined,
      false,
    ]);
  });
});
const call = { call_id: "plan", timestamp };

describe("the plan mode of a turn", () => {
  /** What each turn was given. */
  async function noting() {
    const asked: Pick<Turn, "planMode" | "model">[] = [];
    const app = await open(async function* ({ planMode: mode, model }, signal) {
      asked.push({ ...(mode && { planMode: mode }), model });
      yield* saysAndWaits("half")({} as never, signal);
    });
    const stopped = async ({ turnId }: { readonly turnId: string }) => {
      await new Promise(setImmediate);
      await app.turns.stop({ userId, turnId });
    };
    return { app, asked, stopped };
  }

  test("is that of its thread, unless its message has another; a new thread remembers it", async () => {
    const { app, asked, stopped } = await noting();
    const first = await begin(app, planMode);
    await stopped(first);
    const { threadId } = first;
    assert.deepEqual((await app.threads.getThread({ userId, threadId })).planMode, planMode);
    const again = { kind: "message", userId, threadId, content: "Again" } as const;
    await stopped(await app.turns.start(again));
    await stopped(await app.turns.start({ ...again, planMode: null }));
    assert.deepEqual(asked, [{ planMode, model: "m" }, { planMode, model: "m" }, { model: "m" }]);
    assert.deepEqual((await app.threads.getThread({ userId, threadId })).planMode, planMode);
  });

  test("plans anew for another answer and an edit, and not for the rest of an answer", async () => {
    const { app, asked, stopped } = await noting();
    const first = await begin(app, planMode);
    await stopped(first);
    const { threadId, messageId, turnId } = first;
    const at = { userId, threadId };
    await stopped(await app.turns.start({ kind: "continue", ...at, messageId: `${turnId}.0` }));
    await stopped(await app.turns.start({ kind: "regenerate", ...at, messageId }));
    await stopped(await app.turns.start({ kind: "edit", ...at, messageId, content: "Ho" }));
    assert.deepEqual(
      asked.map(({ planMode: mode }) => mode !== undefined),
      [true, false, true, true],
    );
  });

  test("names models that there are and that its user may use, or nothing begins", async () => {
    const app = await open(says("ok"));
    await assert.rejects(begin(app, { planner: "forbidden", answerer: "m" }), { code: "model_not_allowed" });
    await assert.rejects(begin(app, { planner: "m", answerer: "forbidden" }), { code: "model_not_allowed" });
    await assert.rejects(begin(app, { planner: "m2", answerer: "m" }), {
      code: "model_not_found",
      message: "There is no model `m2` to plan with. Did you mean `m`?",
    });
    assert.deepEqual(await app.threads.getThreads({ userId }), []);
  });
});

test("a plan that is told again from the history is the same", async () => {
  const store = newStore();
  const struck = [{ text: "Look" }, { text: "Leap", struck: true }];
  const script: Script = async function* () {
    yield [written, plan(), plan(struck), step(1, "doing"), tokens("Looked."), step(1, "done")];
  };
  const before = await open(script, { store });
  const { turnId } = await begin(before, planMode);
  const live = foldTurn(await hear(before, turnId));
  const after = await open(says(), { store });
  const again = foldTurn(await hear(after, turnId));
  assert.deepEqual(again.plan, live.plan);
  assert.deepEqual(live.plan?.steps, [{ text: "Look", state: "done" }, struck[1]]);
  assert.deepEqual(again.segments, live.segments);
});

test("steps of a plan that nobody told of are skipped", () => {
  assert.deepEqual(foldTurn([step(1, "doing")]), emptyTurn);
  assert.deepEqual(foldTurn([plan(), step(3, "done")]).plan?.steps, steps);
});
