import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerCalls, answerCalls } from "./answer-calls.ts";
import type { ConsentEvent } from "./print-answer.ts";

const timestamp = "2026-01-02T03:04:05.000Z";
const asks = (call_id: string, args = "{}"): ConsentEvent => ({
  event: "approval_request",
  data: { call_id, name: "send", arguments: args, timestamp },
});
const answered = (call_id: string): ConsentEvent => ({
  event: "approval",
  data: { call_id, approved: true, timestamp },
});

function answerer(options: Partial<AnswerCalls>) {
  const answers: unknown[] = [];
  const told: string[] = [];
  const { hear, close } = answerCalls({
    answer: async (...given) => void answers.push(given),
    yes: false,
    err: (text) => void told.push(text),
    failed: (error) => assert.fail(String(error)),
    ...options,
  });
  const settled = () => new Promise(setImmediate);
  return { answers, told, hear, close, settled };
}

test("without a terminal every call is refused, with a sentence", async () => {
  const { answers, told, hear, settled } = answerer({});
  hear(asks("a", '{"to":"bob"}'));
  await settled();
  assert.deepEqual(answers, [["a", false]]);
  assert.match(told.join(""), /Allow send\(\{"to":"bob"\}\)\? No: .*--yes/);
});

test("with --yes every call is allowed, and nobody is asked", async () => {
  const { answers, hear, settled } = answerer({ yes: true, ask: () => assert.fail("asked") });
  hear(asks("a"));
  await settled();
  assert.deepEqual(answers, [["a", true]]);
});

test("at a terminal only a yes allows, one question after the other", async () => {
  const typed = ["y", "", " YES ", "yup"];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return typed.shift() ?? assert.fail("asked too often");
  };
  const { answers, hear, settled } = answerer({ ask });
  for (const id of ["a", "b", "c", "d"]) hear(asks(id));
  await settled();
  assert.deepEqual(answers, [
    ["a", true],
    ["b", false],
    ["c", true],
    ["d", false],
  ]);
  assert.equal(asked[0], "Allow send({})? [y/N] ");
});

test("what a model writes cannot make the terminal show another question", async () => {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return "n";
  };
  const { hear, settled } = answerer({ ask });
  hear(asks("a", "\u001b[2K\r{\u202e}\n"));
  await settled();
  assert.equal(asked[0], "Allow send( [2K { } )? [y/N] ");
});

const form = {
  type: "object",
  properties: {
    seats: { type: "integer", title: "Seats", maximum: 8, default: 2 },
    where: {
      type: "string",
      oneOf: [
        { const: "in", title: "Inside" },
        { const: "out", title: "Outside" },
      ],
    },
    mail: { type: "string", format: "email" },
    news: { type: "boolean" },
  },
  required: ["seats", "where"],
};
const wants: ConsentEvent = {
  event: "approval_request",
  data: { call_id: "q", of_call: "a", name: "book", arguments: "", why: "A table?", form, timestamp },
};

test("a form is filled in field by field, each until it fits, and never by --yes", async () => {
  const typed = ["y", "9", "", "2", "ada", "ada@example.com", "n"];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return typed.shift() ?? assert.fail("asked too often");
  };
  const { answers, told, hear, settled } = answerer({ ask, yes: true });
  hear(wants);
  await settled();
  const values = { seats: 2, where: "out", mail: "ada@example.com", news: false };
  assert.deepEqual(answers, [["q", true, JSON.stringify(values)]]);
  assert.match(
    told.join(""),
    /The tool book asks: A table\?\nNever enter passwords.*seats must be at most 8/s,
  );
  assert.equal(asked[1], "Seats (default 2): ");

  const nobody = answerer({ yes: true });
  nobody.hear(wants);
  await nobody.settled();
  assert.deepEqual(nobody.answers, [["q", false]]);
  assert.match(nobody.told.join(""), /Declined: there is no terminal/);
});

test("a question is taken back when it is answered elsewhere, or its turn is over", async () => {
  const signals: AbortSignal[] = [];
  const ask = (_: string, signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<string>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  };
  const { answers, hear, close, settled } = answerer({ ask });
  for (const id of ["a", "b", "c"]) hear(asks(id));
  await settled();
  assert.equal(signals.length, 1);
  hear(answered("a"));
  await settled();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, false],
  );
  close();
  await settled();
  assert.equal(signals.length, 2);
  assert.deepEqual(answers, []);
});

test("another one's answer that was faster is no failure, anything else is", async () => {
  const failures: unknown[] = [];
  for (const code of ["conflict", "record_not_found", "upstream_unreachable"]) {
    const { hear, settled } = answerer({
      yes: true,
      answer: () => Promise.reject(Object.assign(new Error(code), { code })),
      failed: (error) => failures.push(error),
    });
    hear(asks("a"));
    await settled();
  }
  assert.deepEqual(failures.map(String), ["Error: upstream_unreachable"]);
});

test("a plan is carried out after a yes, or without the steps whose numbers are typed", async () => {
  const steps = [{ text: "Look" }, { text: "Leap" }, { text: "Land" }];
  const plan: ConsentEvent = { event: "plan", data: { steps, model: "m", timestamp } };
  const question: ConsentEvent = {
    event: "approval_request",
    data: { call_id: "plan", name: "plan", arguments: "", timestamp },
  };
  const struck = { text: "Leap", struck: true };
  for (const [typed, ...answer] of [
    ["y", true],
    ["2", true, JSON.stringify([steps[0], struck, steps[2]])],
    ["2, 2", true, JSON.stringify([steps[0], struck, steps[2]])],
    ["1 2 3", false],
    ["4", false],
    ["", false],
  ] as const) {
    const { answers, hear, settled } = answerer({ ask: async () => typed });
    hear(plan);
    hear(question);
    await settled();
    assert.deepEqual(answers, [["plan", ...answer]], typed);
  }
});
