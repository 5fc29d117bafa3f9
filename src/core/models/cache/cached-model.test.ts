import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { skipWithoutRedis, startRedis, type TestRedis } from "../../../../test/support/redis.ts";
import type { Model, ModelEvent, ModelRequest } from "../../../protocols/model.ts";
import { modelContract } from "../../../testkit/model-contract.ts";
import { testClock } from "../../../testkit/test-host.ts";
import { until } from "../../../testkit/until.ts";
import { cachedModel } from "./cached-model.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import { memoryAnswers } from "./memory-answers.ts";
import { redisAnswers } from "./redis-answers.ts";

const said = (content: string, model = "m"): ModelEvent => ({
  event: "message_tokens",
  data: { content, model },
});
const finish = (reason = "stop", model = "m"): ModelEvent => ({ event: "finish", data: { reason, model } });
const usage: ModelEvent = { event: "usage", data: { total_tokens: 7 } };
const usedNone: ModelEvent = {
  event: "usage",
  data: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost: 0, cached: true },
};

type Answer = readonly (readonly ModelEvent[])[];

/** A model that says what the script has for its n-th question, and what it was asked. */
function scripted(script: (count: number) => Answer | Promise<Answer> = numbered) {
  const asked: ModelRequest[] = [];
  const model: Model = {
    listModels: async () => ["m", "endless"],
    async *generate(request, signal) {
      signal.throwIfAborted();
      if (!["m", "endless"].includes(request.model))
        throw Object.assign(new Error("No such model."), { code: "model_not_found", hint: "Choose m." });
      asked.push(request);
      if (request.model === "endless") yield [said("and so on", "endless")];
      while (request.model === "endless")
        await sleep(1_000_000, undefined, { signal }).catch(() => signal.throwIfAborted());
      yield* await script(asked.length);
    },
  };
  return { model, asked };
}

const numbered = (count: number): Answer => [[said("answer ")], [said(`${count}`)], [finish()]];

const day = { ttlMs: 86_400_000, maxBytes: 1_000_000 };

/** A cached model; `settled` resolves once everything that is to be kept is kept. */
function open({
  below = scripted(),
  answers = memoryAnswers({ ...day, now: () => new Date(0) }),
  ...more
}: Partial<Omit<Parameters<typeof cachedModel>[0], "model">> & { below?: ReturnType<typeof scripted> } = {}) {
  const keeping: Promise<void>[] = [];
  const host = {
    background: (_name: string, task: (signal: AbortSignal) => Promise<void>) =>
      void keeping.push(task(new AbortController().signal)),
  };
  const rest = { shared: false, only: [], defaults: () => undefined, host, ...more };
  const model = cachedModel({ model: below.model, answers, ...rest });
  return { model, asked: below.asked, settled: () => Promise.all(keeping), kept: () => keeping.length };
}

const question = (content = "Why?", more: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ model: "m", messages: [{ role: "user", content }], userId: "ada", settings: {} },
  ...more,
});

async function ask({ model, settled }: ReturnType<typeof open>, request = question()) {
  const batches = await Array.fromAsync(model.generate(request, new AbortController().signal));
  await settled();
  return batches;
}

const textOf = (answer: Answer) =>
  answer
    .flat()
    .map(({ event, data }) => (event === "message_tokens" ? data.content : ""))
    .join("");

modelContract("a cached model", async (kind) => {
  const { model } = open();
  return { model, id: kind === "endless" ? "endless" : "m", close: async () => {} };
});

test("the same question has the same answer in the same pieces, marked, with no tokens used, and nobody is asked", async () => {
  const at = open({
    below: scripted(() => [
      [{ event: "progress", data: { done: 1, model: "m" } }],
      [said("one "), said("two ")],
      [{ event: "thinking_tokens", data: { content: "three", model: "m" } }],
      [usage],
      [usage, finish()],
    ]),
  });
  assert.equal((await ask(at)).length, 5);
  const second = await ask(at);
  assert.deepEqual(second.slice(0, 2), [
    [said("one "), said("two ")],
    [{ event: "thinking_tokens", data: { content: "three", model: "m" } }],
  ]);
  assert.deepEqual(second.slice(2), [[usedNone, finish()]]);
  assert.equal(at.asked.length, 1);
});

test("anything that differs is another question, and so is the same by somebody else", async () => {
  const defaults: Record<string, unknown> = { m: { temperature: 1 } };
  const at = open({ defaults: (model) => defaults[model] });
  const tool = { name: "t", description: "", parameters: {} };
  const questions = [
    question(),
    question("Why ?"),
    question("Why?", { userId: "bob" }),
    question("Why?", { settings: { temperature: 0 } }),
    question("Why?", { tools: [tool] }),
    question("Why?", { messages: [{ role: "system", content: "Why?" }] }),
    question("Why?", { messages: [...question().messages, ...question().messages] }),
  ];
  const firsts = [];
  for (const one of questions) firsts.push(textOf(await ask(at, one)));
  const seconds = [];
  for (const one of questions) seconds.push(textOf(await ask(at, one)));
  assert.deepEqual(seconds, firsts);
  assert.equal(at.asked.length, questions.length);
  await ask(at, question("x", { settings: { top_p: 1, temperature: 0 } }));
  await ask(at, question("x", { settings: { temperature: 0, top_p: 1 } }));
  assert.equal(at.asked.length, questions.length + 1, "the order of settings says nothing");
  defaults.m = { temperature: 2 };
  await ask(at);
  assert.equal(at.asked.length, questions.length + 2, "nor is it the same with other settings of the model");
});

test("shared, one's answer is everybody's; else nothing is kept of who is nobody", async () => {
  const shared = open({ shared: true });
  await ask(shared);
  assert.equal(textOf(await ask(shared, question("Why?", { userId: "bob" }))), "answer 1");
  const { userId: _nobody, ...unsigned } = question();
  assert.equal(textOf(await ask(shared, unsigned)), "answer 1");
  const own = open();
  for (const count of [1, 2]) assert.equal(textOf(await ask(own, unsigned)), `answer ${count}`);
});

test("another answer is the model's own, and the one that is kept from then on", async () => {
  const at = open();
  await ask(at);
  assert.equal(textOf(await ask(at, question("Why?", { fresh: true }))), "answer 2");
  assert.equal(textOf(await ask(at)), "answer 2");
  assert.equal(textOf(await ask(at, question("Why?", { settings: { cache: false } }))), "answer 3");
  assert.equal(textOf(await ask(at)), "answer 3");
  assert.deepEqual(at.asked.at(-1)?.settings, {}, "the model is told nothing of it");
});

test("only models that are named are remembered", async () => {
  const at = open({ only: ["other", "another"] });
  for (const count of [1, 2]) assert.equal(textOf(await ask(at)), `answer ${count}`);
});

const odd: Readonly<Record<string, () => Answer | Promise<Answer>>> = {
  "calls a tool": () => [
    [said("x"), { event: "tool_call", data: { id: "1", name: "t", arguments: "{}" } }],
    [finish()],
  ],
  "ends at its length": () => [[said("x")], [finish("length")]],
  "does not say how it ended": () => [[said("x")]],
  "says nothing": () => [[finish()]],
  "is larger than is kept": () => [[said("x".repeat(499_000))], [said("x".repeat(2_000))], [finish()]],
  "is another model's": () => [[said("x", "fallback")], [finish("stop", "fallback")]],
  fails: () => Promise.reject(new Error("broken")),
};
for (const [what, script] of Object.entries(odd))
  test(`an answer that ${what} is not kept`, async () => {
    const at = open({ below: scripted(script) });
    for (const _ of [1, 2]) await ask(at).catch(() => {});
    assert.deepEqual([at.asked.length, at.kept()], [2, 0]);
  });

test("an answer that is stopped, or that nobody hears to its end, is not kept", async () => {
  const at = open();
  for await (const _ of at.model.generate(question(), new AbortController().signal)) break;
  const stopping = new AbortController();
  for await (const batch of at.model.generate(question(), stopping.signal))
    if (batch.some(({ event }) => event === "finish")) stopping.abort();
  assert.deepEqual([at.asked.length, at.kept()], [2, 0]);
});

test("a kept answer that is stopped in its middle ends with the signal's reason", async () => {
  const at = open();
  await ask(at);
  const stopping = new AbortController();
  const reason = new Error("enough");
  await assert.rejects(async () => {
    for await (const _ of at.model.generate(question(), stopping.signal)) stopping.abort(reason);
  }, reason);
  assert.equal(at.asked.length, 1);
});

test("what is no answer of ours is no answer, and is replaced", async () => {
  const texts = ["", "{", "null", "[]", "[[]]", '{"a":1}', "[1]", "[[1]]", "[[null]]", '[[{"event":"x"}]]'];
  let text: string | undefined;
  const answers: KeptAnswers = {
    get: async () => text,
    async set(_key, kept) {
      text = kept;
    },
    close() {},
  };
  const at = open({ answers });
  for (const [index, nonsense] of texts.entries()) {
    text = nonsense;
    assert.equal(textOf(await ask(at)), `answer ${index + 1}`, nonsense);
    assert.match(text, /answer/);
  }
});

describe("in memory", () => {
  test("an answer is forgotten when its time is over", async () => {
    const clock = testClock();
    const at = open({ answers: memoryAnswers({ ttlMs: 1_000, maxBytes: 10_000, now: clock.now }) });
    await ask(at);
    clock.advance(999);
    assert.equal(textOf(await ask(at)), "answer 1");
    clock.advance(1);
    assert.equal(textOf(await ask(at)), "answer 2");
  });

  test("there is never more than fits; those not asked for the longest leave, and what is too large never comes", async () => {
    const answers = memoryAnswers({ ttlMs: 1_000, maxBytes: 40, now: () => new Date(0) });
    for (const key of ["a", "b"]) await answers.set(key, "x".repeat(9)); // 20 bytes each
    assert.equal(await answers.get("a"), "x".repeat(9));
    await answers.set("c", "y".repeat(9));
    assert.deepEqual(await Promise.all(["a", "b", "c"].map(answers.get)), [
      "x".repeat(9),
      undefined,
      "y".repeat(9),
    ]);
    await answers.set("a", "z".repeat(20));
    assert.deepEqual(await Promise.all(["a", "c"].map(answers.get)), [undefined, "y".repeat(9)]);
    for (let count = 0; count < 10; count++) await answers.set("c", `${count}${"z".repeat(8)}`);
    await answers.set("d", "x".repeat(9));
    assert.equal(await answers.get("c"), `9${"z".repeat(8)}`, "one that is kept again counts once");
  });
});

describe("in Redis", { skip: skipWithoutRedis }, () => {
  let redis: TestRedis;
  let warned: object[] = [];
  const log = { debug() {}, info() {}, warn: (fields: object) => void warned.push(fields), error() {} };
  const opened: KeptAnswers[] = [];
  /** A busy machine is no slow Redis, unless the test says so. */
  async function openAnswers({ patienceMs = 20_000, ttlMs = 86_400_000 } = {}) {
    const answers = await redisAnswers(redis.url, { ttlMs, log, patienceMs });
    opened.push(answers);
    return answers;
  }
  before(async () => {
    redis = await startRedis();
  });
  beforeEach(() => {
    warned = [];
  });
  afterEach(() => {
    for (const answers of opened.splice(0)) answers.close();
  });
  after(() => redis.remove());

  test("what one instance keeps another finds, until its time is over", async () => {
    const two = await openAnswers();
    await ask(open({ answers: await openAnswers() }));
    const at = open({ answers: two });
    assert.equal(textOf(await ask(at)), "answer 1");
    assert.equal(at.asked.length, 0);
    await (await openAnswers({ ttlMs: 1 })).set("soon over", "x");
    await until("it is over", async () => (await two.get("soon over")) === undefined);
  });

  test("while it hangs one question waits for it and no more, and none fails", async () => {
    const at = open({ answers: await openAnswers({ patienceMs: 100 }) });
    redis.pause();
    for (const count of [1, 2, 3])
      assert.equal(textOf(await ask(at, question("Is it slow?"))), `answer ${count}`);
    assert.equal(warned.length, 1, "it was waited for once");
    redis.resume();
  });

  test("while it is gone models answer", async () => {
    const at = open({ answers: await openAnswers() });
    await ask(at, question("Is it gone?"));
    await redis.stop();
    for (const count of [2, 3])
      assert.equal(textOf(await ask(at, question("Is it gone?"))), `answer ${count}`);
    await redis.startAgain();
  });
});
