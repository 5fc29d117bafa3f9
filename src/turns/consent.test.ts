import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import {
  beside,
  closeAll,
  hear,
  open,
  timestamp,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import type { ConsentRequest } from "../protocols/message-processor.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { until } from "../testkit/until.ts";

afterEach(closeAll);

const call = (callId: string): TurnEvent => ({
  event: "tool_call",
  data: { call_id: callId, name: "send", arguments: '{"to":"bob"}', timestamp },
});
const request = (callId: string, more: Partial<ConsentRequest> = {}): ConsentRequest => ({
  ...{ callId, name: "send", arguments: '{"to":"bob"}' },
  ...more,
});

/** A turn that asks for these calls at once, and then says how it was answered. */
const asking = (...requests: readonly ConsentRequest[]) =>
  open(async function* (turn) {
    yield requests.map(({ callId }) => call(callId));
    const answers = await Promise.all(requests.map((asked) => turn.consent(asked)));
    const said = answers.map(({ approved, arguments: args = "" }) =>
      `${approved ? "yes" : "no"} ${args}`.trim(),
    );
    yield [tokens(said.join(" "))];
  });

type App = Awaited<ReturnType<typeof open>>;

const begin = ({ turns }: App, threadId?: string) =>
  turns.start({ kind: "message", userId, content: "Hi", ...(threadId === undefined ? {} : { threadId }) });

/** Once so many questions wait. */
async function waits({ turns }: App, count = 1) {
  return until(`${count} wait`, async () => {
    const waiting = await turns.approvals(userId);
    return waiting.length === count && waiting;
  });
}

const inShort = (events: readonly TurnEvent[]) =>
  events.map(({ event, data }) => (event === "message_tokens" ? data.content : event));

describe("a question to the user", () => {
  test("may be answered by way of another process", async () => {
    const app = await asking(request("c1"));
    const { turnId } = await begin(app);
    await waits(app);
    const other = await open(async function* () {}, { store: beside(app.store) });
    await other.turns.answer({ userId, turnId, callId: "c1" }, true, '{"to":"eve"}');
    const word = inShort(await hear(app, turnId)).at(-2);
    assert.equal(word, 'yes {"to":"eve"}');
  });

  test("waits for its answer, and is told to whoever watches the turn", async () => {
    const app = await asking(request("c1", { why: "Because." }));
    const { turnId, threadId } = await begin(app);
    const asked = { turnId, threadId, ...request("c1", { why: "Because." }), asked: timestamp };
    assert.deepEqual(await waits(app), [asked]);
    await app.turns.answer({ userId, turnId, callId: "c1" }, true);
    const events = await hear(app, turnId);
    assert.deepEqual(inShort(events), [
      ...["thread_id", "tool_call", "approval_request", "approval", "yes", "stream_end"],
    ]);
    assert.deepEqual(events[2]?.data, {
      ...{ call_id: "c1", name: "send", arguments: '{"to":"bob"}', why: "Because.", timestamp },
    });
    assert.deepEqual(await app.turns.approvals(userId), []);
    const [, answer] = await app.threads.getThreadMessages({ userId, threadId });
    const turn = answer?.meta?.turn as { calls: readonly Record<string, unknown>[] } | undefined;
    assert.deepEqual(turn?.calls[0], {
      ...{
        call_id: "c1",
        name: "send",
        arguments: '{"to":"bob"}',
        started: timestamp,
        before: `${turnId}.0`,
      },
      ...{ consent: "approved", answered: timestamp },
    });
  });

  test("can be answered with no", async () => {
    const app = await asking(request("c1"));
    const { turnId } = await begin(app);
    await waits(app);
    await app.turns.answer({ userId, turnId, callId: "c1" }, false);
    assert.ok(inShort(await hear(app, turnId)).includes("no"));
  });

  test("may ask for a form, and its answer is what the user filled it with", async () => {
    const form = { type: "object", properties: { name: { type: "string" } } };
    const app = await asking(request("c1", { form }));
    const { turnId } = await begin(app);
    assert.deepEqual((await waits(app))[0]?.form, form);
    await app.turns.answer({ userId, turnId, callId: "c1" }, true, '{"name":"Ada"}');
    const events = await hear(app, turnId);
    const of = (name: string) => events.find(({ event }) => event === name)?.data as Record<string, unknown>;
    assert.deepEqual(of("approval_request").form, form);
    assert.equal(of("approval").arguments, '{"name":"Ada"}');
    assert.ok(inShort(events).includes('yes {"name":"Ada"}'));
  });

  test("goes on with nothing that does not fit its form, and names the field", async () => {
    const form = { type: "object", properties: { age: { type: "integer", minimum: 18 } }, required: ["age"] };
    const app = await asking(request("c1", { form }));
    const { turnId } = await begin(app);
    await waits(app);
    const at = { userId, turnId, callId: "c1" };
    for (const [args, message] of [
      [undefined, /age is missing/],
      ['{"age":17}', /age must be 18 or more/],
      ['{"age":"x"}', /age must be a number/],
      ['{"age":18,"more":1}', /more is not in the form/],
      ["[]", /one JSON object/],
      ["{", /no JSON/],
    ] as const)
      await assert.rejects(app.turns.answer(at, true, args), { code: "bad_input", message });
    assert.equal((await waits(app)).length, 1, "it still waits");
    await app.turns.answer(at, true, '{"age":18}');
    assert.ok(inShort(await hear(app, turnId)).includes('yes {"age":18}'));
  });

  test("of a running call stands at that call, and is taken back alone", async () => {
    const gone = new AbortController();
    const app = await open(async function* (turn) {
      yield [call("c1")];
      const question = { ofCall: "c1", name: "send", arguments: "", why: "Who?", from: "post" };
      const first = turn.consent({ ...question, callId: "q1" }, gone.signal);
      const second = turn.consent({ ...question, callId: "q2" });
      await assert.rejects(first);
      yield [tokens((await second).approved ? "yes" : "no")];
    });
    const { turnId, threadId } = await begin(app);
    await waits(app, 2);
    gone.abort(new Error("gone"));
    const [left] = await waits(app, 1);
    assert.deepEqual([left?.callId, left?.ofCall, left?.from], ["q2", "c1", "post"]);
    await app.turns.answer({ userId, turnId, callId: "q2" }, true);
    assert.ok(inShort(await hear(app, turnId)).includes("yes"));
    const [, answer] = await app.threads.getThreadMessages({ userId, threadId });
    const turn = answer?.meta?.turn as
      | { calls: { questions: { call_id: string; consent: string }[] }[] }
      | undefined;
    assert.deepEqual(
      turn?.calls[0]?.questions.map(({ call_id, consent }) => [call_id, consent]),
      [
        ["q1", "withdrawn"],
        ["q2", "approved"],
      ],
    );
  });

  test("shows no form and no address that could do harm", async () => {
    const nested = { type: "object", properties: { a: { type: "object" } } };
    for (const bad of [
      { form: nested },
      { form: {} },
      { url: "javascript:alert(1)" },
      { url: "file:///etc" },
    ]) {
      const app = await asking(request("c1", bad));
      const { turnId } = await begin(app);
      assert.equal((await hear(app, turnId)).at(-2)?.event, "error");
    }
  });

  test("has one answer: the same again is no fault, another one is refused", async () => {
    const app = await asking(request("c1"), request("c2"));
    const { turnId } = await begin(app);
    await waits(app, 2);
    const at = { userId, turnId, callId: "c1" };
    const both = await Promise.allSettled([app.turns.answer(at, true), app.turns.answer(at, true)]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ["fulfilled", "fulfilled"],
    );
    await app.turns.answer(at, true);
    await assert.rejects(app.turns.answer(at, false), { code: "conflict" });
    await app.turns.answer({ ...at, callId: "c2" }, false);
    assert.ok(inShort(await hear(app, turnId)).includes("yes no"));
    await app.turns.answer(at, true); // nor when the turn is over
  });

  test("is nobody else's", async () => {
    const app = await asking(request("c1"));
    const { turnId } = await begin(app);
    await waits(app);
    assert.deepEqual(await app.turns.approvals("eve"), []);
    const intrusion = app.turns.answer({ userId: "eve", turnId, callId: "c1" }, true);
    await assert.rejects(intrusion, { code: "record_not_found" });
    await assert.rejects(app.turns.answer({ userId, turnId, callId: "c2" }, true), {
      code: "record_not_found",
    });
    assert.equal((await app.turns.approvals(userId)).length, 1);
  });

  test("is withdrawn when the turn is stopped, and its arguments are gone", async () => {
    const app = await asking(request("c1"));
    const { turnId } = await begin(app);
    await waits(app);
    await app.turns.stop({ userId, turnId });
    assert.deepEqual(await app.turns.approvals(userId), []);
    await assert.rejects(app.turns.answer({ userId, turnId, callId: "c1" }, true), {
      code: "record_not_found",
    });
    assert.deepEqual(await app.store.findAll("approvals"), []);
  });

  test("keeps no arguments once it is answered: they are in the history, and erased with it", async () => {
    const app = await asking(request("c1"));
    const { turnId } = await begin(app);
    await waits(app);
    await app.turns.answer({ userId, turnId, callId: "c1" }, true);
    await hear(app, turnId);
    assert.doesNotMatch(JSON.stringify(await app.store.findAll("approvals")), /bob/);
  });

  test("is asked once for a call", async () => {
    const app = await asking(request("c1"), request("c1"));
    const { turnId } = await begin(app);
    assert.equal((await hear(app, turnId)).at(-2)?.event, "error");
    assert.deepEqual(await app.turns.approvals(userId), []);
  });

  test("is told to the account, and so is its answer", async () => {
    const app = await asking(request("c1"));
    const { turnId, threadId } = await begin(app);
    await waits(app);
    await app.turns.answer({ userId, turnId, callId: "c1" }, false);
    await hear(app, turnId);
    const bus = await app.host.get("bus");
    const reading = bus.read(`account/${userId}`, undefined, new AbortController().signal);
    const { value } = await reading[Symbol.asyncIterator]().next();
    const place = { call_id: "c1", thread_id: threadId, turn_id: turnId, timestamp };
    const events = (value.data as string[]).map((line) => JSON.parse(line));
    assert.deepEqual(
      events.filter(({ event }) => event.startsWith("approval")),
      [
        { event: "approval_requested", data: { ...place, name: "send" } },
        { event: "approval_answered", data: { ...place, approved: false } },
      ],
    );
  });
});

describe("a question for the whole thread", () => {
  const once = (callId: string, name = "send") => request(callId, { once: true, name });

  test("is not asked again after a yes, in that thread and for that tool", async () => {
    const app = await asking(once("c1"));
    const first = await begin(app);
    await waits(app);
    await app.turns.answer({ userId, turnId: first.turnId, callId: "c1" }, true);
    await hear(app, first.turnId);
    const second = await begin(app, first.threadId);
    assert.deepEqual(inShort(await hear(app, second.turnId)), [
      ...["thread_id", "tool_call", "approval", "yes", "stream_end"],
    ]);
    await begin(app);
    assert.equal((await waits(app)).length, 1, "another thread is another question");
  });

  test("is asked again after a no; and a yes to one call is none to all", async () => {
    const app = await open(async function* (turn) {
      yield [call("c1"), call("c2"), call("c3")];
      for (const asked of [request("c1"), once("c2"), once("c3")]) await turn.consent(asked);
      yield [tokens("done")];
    });
    const { turnId } = await begin(app);
    for (const [callId, approve] of [
      ["c1", true],
      ["c2", false],
      ["c3", true],
    ] as const) {
      assert.equal((await waits(app))[0]?.callId, callId);
      await app.turns.answer({ userId, turnId, callId }, approve);
    }
    assert.ok(inShort(await hear(app, turnId)).includes("done"));
  });

  test("answers the other calls that wait beside it", async () => {
    const app = await asking(once("c1"), once("c2"), once("c3", "other"));
    const { turnId } = await begin(app);
    const waiting = await waits(app, 2);
    assert.deepEqual(waiting.map(({ callId }) => callId).sort(), ["c1", "c3"]);
    await app.turns.answer({ userId, turnId, callId: "c1" }, true);
    await app.turns.answer({ userId, turnId, callId: "c3" }, false);
    assert.ok(inShort(await hear(app, turnId)).includes("yes yes no"));
  });
});
