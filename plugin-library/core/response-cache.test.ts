import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Model, ModelEvent, ModelRequest } from "../../src/protocols/model.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import { modelContract } from "../../src/testkit/model-contract.ts";
import { type TestHost, testHost } from "../../src/testkit/test-host.ts";
import { findProgram, freePort, startProgram, tellSkipped } from "../../test/support/debian-server.ts";
import responseCache from "./response-cache.ts";

const said = (content: string): ModelEvent => ({ event: "message_tokens", data: { content, model: "m" } });
const finish = (reason = "stop"): ModelEvent => ({ event: "finish", data: { reason, model: "m" } });

type Answer = readonly (readonly ModelEvent[])[];
/** What the model says to its n-th question. */
let script: (count: number) => Answer | Promise<Answer>;
let asked: ModelRequest[];
const hosts: TestHost[] = [];

beforeEach(() => {
  asked = [];
  script = (count) => [[said(`answer `)], [said(`${count}`)], [finish()]];
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.shutdown();
  for (const name of Object.keys(process.env))
    if (name.startsWith("RESPONSE_CACHE_")) delete process.env[name];
});

const scripted: Model = {
  listModels: async () => ["m", "endless"],
  async *generate({ ...request }, signal) {
    signal.throwIfAborted();
    if (!["m", "endless"].includes(request.model))
      throw Object.assign(new Error("No such model."), { code: "model_not_found", hint: "Choose m." });
    asked.push(request);
    if (request.model === "endless") yield [said("and so on")];
    while (request.model === "endless")
      await sleep(1_000_000, undefined, { signal }).catch(() => signal.throwIfAborted());
    yield* await script(asked.length);
  },
};

async function open(port: number) {
  process.env.REDIS_URL = `redis://127.0.0.1:${port}`;
  const below: CorePlugin<"model"> = { role: "model", name: "scripted", create: () => scripted };
  const host = testHost({ plugins: [below, responseCache] });
  hosts.push(host);
  return { host, model: await host.get("model") };
}

const question = (content = "Why?", more: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ model: "m", messages: [{ role: "user", content }], userId: "ada", settings: {} },
  ...more,
});
const ask = (model: Model, request = question()) =>
  Array.fromAsync(model.generate(request, new AbortController().signal));
const textOf = (answer: Answer) =>
  answer
    .flat()
    .map(({ event, data }) => (event === "message_tokens" ? data.content : ""))
    .join("");

async function until(holds: () => unknown): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await holds())) {
    assert.ok(performance.now() < end, `this did not come to pass: ${holds}`);
    await sleep(5);
  }
}

describe("where no Redis answers", () => {
  test("models do, at once, and the log says so once", async () => {
    const { host, model } = await open(await freePort());
    for (const count of [1, 2, 3]) assert.equal(textOf(await ask(model)), `answer ${count}`);
    const told = () => host.logged.filter(({ level }) => level === "warn");
    await until(() => told().length > 0);
    await sleep(500); // it tries again at 200 ms
    assert.equal(told().length, 1);
  });

  test("settings that make no sense stop the start", async () => {
    for (const [name, value] of [
      ["RESPONSE_CACHE_FOR", "everybody"],
      ["RESPONSE_CACHE_HOURS", "-1"],
      ["RESPONSE_CACHE_HOURS", "soon"],
    ] as const) {
      process.env[name] = value;
      await assert.rejects(open(1), new RegExp(name));
      delete process.env[name];
    }
  });
});

const redisServer = findProgram("redis-server");
const skip = redisServer === undefined && tellSkipped("redis-server", "redis-server");

describe("with Redis", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-redis-"));
  let port: number;
  let running: Awaited<ReturnType<typeof startProgram>>;
  let redis: Redis;
  const start = () =>
    startProgram(
      redisServer ?? "",
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder],
      port,
    );

  before(async () => {
    port = await freePort();
    running = await start();
    redis = new Redis(port, "127.0.0.1", { retryStrategy: () => 50 });
    redis.on("error", () => {}); // it is stopped on purpose
  });
  beforeEach(() => redis.flushall());
  after(async () => {
    redis.disconnect();
    await running.stop();
    rmSync(folder, { recursive: true });
  });

  /** Once it is connected. */
  async function ready() {
    const opened = await open(port);
    await until(async () => {
      await ask(opened.model, question("Are you there?"));
      return (await redis.dbsize()) > 0;
    });
    await redis.flushall();
    asked = [];
    return opened;
  }
  const kept = async (count: number) => until(async () => (await redis.dbsize()) === count);

  modelContract("a cached model", async (kind) => {
    const { model } = await ready();
    return { model, id: kind === "endless" ? "endless" : "m", close: async () => {} };
  });

  test("the same question has the same answer, in the same pieces, without the model and its count", async () => {
    const usage: ModelEvent = { event: "usage", data: { total_tokens: 7 } };
    script = () => [[said("one "), said("two ")], [said("three")], [usage], [usage, finish()]];
    const { model } = await ready();
    const first = await ask(model);
    assert.equal(first.flat().length, 6);
    await kept(1);
    const second = await ask(model);
    assert.deepEqual(second, [[said("one "), said("two ")], [said("three")], [finish()]]);
    assert.equal(asked.length, 1);
    const [key = ""] = await redis.keys("*");
    const seconds = await redis.ttl(key);
    assert.ok(seconds > 86_000 && seconds <= 86_400);
  });

  test("anything that differs is another question", async () => {
    const { model } = await ready();
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
    for (const one of questions) await ask(model, one);
    await kept(questions.length);
    for (const one of questions) await ask(model, one);
    assert.equal(asked.length, questions.length);
    await ask(model, question("x", { settings: { top_p: 1, temperature: 0 } }));
    await kept(questions.length + 1);
    await ask(model, question("x", { settings: { temperature: 0, top_p: 1 } }));
    assert.equal(asked.length, questions.length + 1, "the order of settings says nothing");
  });

  test("for all, one's answer is everybody's, until its hours are over", async () => {
    process.env.RESPONSE_CACHE_FOR = "all";
    process.env.RESPONSE_CACHE_HOURS = "0.0001"; // rounded up to a second
    const { model } = await ready();
    await ask(model);
    await kept(1);
    assert.equal(textOf(await ask(model, question("Why?", { userId: "bob" }))), "answer 1");
    await kept(0);
    assert.equal(textOf(await ask(model)), "answer 2");
  });

  test("another answer is the model's own, and the one that is kept from then on", async () => {
    const { model } = await ready();
    await ask(model);
    await kept(1);
    assert.equal(textOf(await ask(model, question("Why?", { fresh: true }))), "answer 2");
    await until(async () => textOf(await ask(model)) === "answer 2");
    assert.equal(textOf(await ask(model, question("Why?", { settings: { cache: false } }))), "answer 3");
    assert.deepEqual(
      asked.map(({ settings }) => settings),
      [{}, {}, {}],
      "the model is told nothing of it",
    );
  });

  test("only models that are named are remembered", async () => {
    process.env.RESPONSE_CACHE_MODELS = "other, another";
    const { model } = await open(port);
    for (const count of [1, 2]) assert.equal(textOf(await ask(model)), `answer ${count}`);
    assert.equal(await redis.dbsize(), 0);
  });

  test("what calls a tool, breaks off, is cut short, stopped or too large is not kept", async () => {
    const { model } = await ready();
    const call: ModelEvent = { event: "tool_call", data: { id: "1", name: "t", arguments: "{}" } };
    const answers: Record<string, () => Answer | Promise<Answer>> = {
      tool: () => [[said("x"), call], [finish()]],
      long: () => [[said("x")], [finish("length")]],
      open: () => [[said("x")]],
      large: () => [[said("x".repeat(999_000))], [said("x".repeat(2_000))], [finish()]],
      broken: () => Promise.reject(new Error("broken")),
    };
    for (const [name, answer] of Object.entries(answers)) {
      script = answer;
      await ask(model, question(name)).catch(() => {});
    }
    script = () => [[said("x")], [said("y")], [finish()]];
    for await (const _ of model.generate(question("left"), new AbortController().signal)) break;
    await ask(model, question("kept"));
    await kept(1);
  });

  test("what is no answer of ours is no answer", async () => {
    const { model } = await ready();
    await ask(model);
    await kept(1);
    const [key = ""] = await redis.keys("*");
    for (const nonsense of ["", "{", "null", "[]", "[[]]", '{"a":1}', "[1]", "[[1]]", "[[null]]"]) {
      await redis.set(key, nonsense);
      const before = asked.length;
      await ask(model);
      assert.equal(asked.length, before + 1, nonsense);
      await until(async () => (await redis.get(key))?.includes("answer"));
    }
    await redis.del(key);
    await redis.lpush(key, "a list");
    assert.match(textOf(await ask(model)), /^answer/);
  });

  test("while Redis hangs or is gone models answer, and it is used again once it is back", async () => {
    const { host, model } = await ready();
    await ask(model);
    await kept(1);
    running.pause();
    for (const count of [2, 3, 4, 5]) assert.equal(textOf(await ask(model)), `answer ${count}`);
    const waits = host.logged.filter(({ message }) => message === "response-cache: Redis did not do it");
    assert.equal(waits.length, 1, "it is waited for once");
    running.resume();

    await running.stop();
    assert.match(textOf(await ask(model)), /^answer/);
    await until(() => host.logged.some(({ message }) => message.includes("does not answer, so models do")));
    running = await start();
    await until(() => host.logged.some(({ message }) => message.includes("answers again")));
  });
});
