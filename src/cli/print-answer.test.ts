import assert from "node:assert/strict";
import { test } from "node:test";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { type PrintOptions, printAnswer } from "./print-answer.ts";

const timestamp = "2026-01-02T03:04:05.000Z";
const tokens = (event: "message_tokens" | "thinking_tokens", content: string): TurnEvent => ({
  event,
  data: { content, timestamp, model: "m" },
});
const end: TurnEvent = { event: "stream_end", data: { timestamp } };

async function print(events: readonly TurnEvent[], options: Partial<PrintOptions> = {}) {
  const said = { out: "", err: "" };
  const outcome = await printAnswer(
    (async function* () {
      yield* events;
    })(),
    {
      ...{ json: false, thinking: false, verbose: false, styled: false },
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      ...options,
    },
  );
  return { outcome, ...said };
}

test("an answer that ends its own line gets no second one, and an empty one none at all", async () => {
  assert.equal((await print([tokens("message_tokens", "Yes.\n"), end])).out, "Yes.\n");
  assert.equal((await print([end])).out, "");
});

test("what is said before and after a tool are two paragraphs", async () => {
  const call: TurnEvent = {
    event: "tool_call",
    data: { call_id: "c", name: "sum", arguments: "{}", timestamp },
  };
  const text = (content: string) => tokens("message_tokens", content);
  assert.equal(
    (await print([call, text("Let me see."), call, call, text("7"), end])).out,
    "Let me see.\n\n7\n",
  );
  assert.equal((await print([text("Let me see.\n"), call, text("7"), end])).out, "Let me see.\n\n7\n");
});

test("reasoning is dimmed on a terminal, and the style ends before the answer", async () => {
  const events = [
    tokens("thinking_tokens", "Hm, "),
    tokens("thinking_tokens", "so."),
    tokens("message_tokens", "Yes."),
    end,
  ];
  const { err } = await print(events, { thinking: true, styled: true });
  assert.equal(err, "\u001b[2mHm, so.\u001b[22m\n");
});

test("an error ends the line of what was said, and is the outcome whatever follows", async () => {
  const error: TurnEvent = { event: "error", data: { message: "It broke. Try again.", timestamp } };
  const printed = await print([tokens("message_tokens", "Ye"), error, end]);
  assert.deepEqual(printed, { outcome: "failed", out: "Ye\n", err: "It broke. Try again.\n" });
});

test("a stream without its end, and one that was stopped, are interrupted", async () => {
  assert.equal((await print([tokens("message_tokens", "Ye")])).outcome, "interrupted");
  const stopped: TurnEvent = { event: "stream_end", data: { timestamp, interrupted: true } };
  assert.equal((await print([stopped])).outcome, "interrupted");
});

test("an event of a newer server is skipped in the text and kept in the JSON", async () => {
  const newer = { event: "song", data: { timestamp } } as unknown as TurnEvent;
  assert.deepEqual(await print([newer, end]), { outcome: "done", out: "", err: "" });
  const { out } = await print([newer, end], { json: true });
  assert.equal(out, `${JSON.stringify(newer)}\n${JSON.stringify(end)}\n`);
});

test("tokens are told when asked, with what they cost where that is known", async () => {
  const usage = (cost?: number): TurnEvent => ({
    event: "usage",
    data: { prompt_tokens: 7, completion_tokens: 3, ...(cost && { cost }), model: "m", timestamp },
  });
  const { err } = await print([usage(), usage(0.0001234), end], { verbose: true });
  assert.equal(err, "tokens: 7 read, 3 written\ntokens: 7 read, 3 written, $0.000123\n");
});

test("a plan stands apart, on stderr, and again where its user has changed it", async () => {
  const plan = (...texts: readonly string[]): TurnEvent => ({
    event: "plan",
    data: { steps: texts.map((text) => ({ text })), model: "p", timestamp },
  });
  const words: TurnEvent = {
    event: "plan_tokens",
    data: { content: "1. Look\n2. Le", timestamp, model: "p" },
  };
  const more: TurnEvent = { event: "plan_tokens", data: { content: "ap", timestamp, model: "p" } };
  const step: TurnEvent = { event: "plan_step", data: { step: 2, state: "doing", timestamp } };
  const events = [
    words,
    more,
    plan("Look", "Leap"),
    plan("Look", "Laugh"),
    step,
    tokens("message_tokens", "Ha."),
    end,
  ];
  const { out, err, outcome } = await print(events, { verbose: true });
  assert.deepEqual([out, outcome], ["Ha.\n", "done"]);
  assert.equal(
    err,
    "Plan, by p:\n1. Look\n2. Leap\n\nThe plan as it is carried out:\n1. Look\n2. Laugh\n\nstep 2 of 2: Laugh\n",
  );
  assert.equal((await print(events, { json: true })).err, "");
});

test("a plan that was not to be carried out is no answer", async () => {
  const no: TurnEvent = { event: "approval", data: { call_id: "plan", approved: false, timestamp } };
  const { out, err, outcome } = await print([no, end]);
  assert.deepEqual([out, err, outcome], ["", "The plan was not carried out.\n", "left"]);
});
