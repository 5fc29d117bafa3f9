import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { endWork, openJobs, over } from "../../test/support/scripted-jobs.ts";
import {
  closeAll,
  hear,
  said,
  says,
  saysAndWaits,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import { SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { until } from "../testkit/until.ts";

afterEach(async () => {
  await endWork();
  await closeAll();
});

const timestamp = "2026-01-01T00:00:00.000Z";
const failure = (code: string, message: string, status?: number): TurnEvent => ({
  event: "error",
  data: { code, message, ...given({ upstream_status: status }), timestamp },
});

describe("a job", () => {
  test("is taken at once, answered by a worker, and has the answer in its record and its thread", async () => {
    const app = await openJobs(says("Hel", "lo"));
    const job = await app.submit({ title: "Greeting", meta: { ticket: 7 } });
    assert.deepEqual([job.id, job.state, job.attempt, job.result], [1, "queued", 1, null]);
    app.work();
    const done = await app.until(job.id, over);
    assert.deepEqual([done.state, done.result, done.model, done.meta], ["done", "Hello", "m", { ticket: 7 }]);
    assert.ok(done.turnId !== undefined && done.started !== null && done.finished !== null);
    assert.deepEqual(await said(app, job.threadId), [
      ["user", "Hi"],
      ["assistant", "Hello"],
    ]);
    assert.equal((await app.threads.getThread({ userId, threadId: job.threadId })).title, "Greeting");
  });

  test("makes the thread that it names, and the next one goes on in it, in order", async () => {
    const app = await openJobs(async function* ({ message }) {
      yield [tokens(`re: ${message.content}`)];
    });
    const jobs = await app.jobs.submitAll(
      ["one", "two", "three"].map((prompt) => ({ userId, prompt, threadId: "mine" })),
    );
    app.work(3);
    await app.until(jobs[2]?.id ?? 0, over);
    assert.deepEqual(
      (await said(app, "mine")).map(([, content]) => content),
      ["one", "re: one", "two", "re: two", "three", "re: three"],
    );
  });

  test("tells the account when it waits, begins and ends", async () => {
    const app = await openJobs(says("ok"));
    const bus = await app.host.get("bus");
    const job = await app.submit();
    app.work();
    await app.until(job.id, over);
    const events: unknown[] = [];
    const now = new AbortController();
    for await (const { data } of bus.read(`account/${userId}`, undefined, now.signal)) {
      events.push(...data.map((line) => JSON.parse(line)));
      now.abort();
    }
    const told = events.flatMap((each) => {
      const { event, data } = each as { event: string; data: { job_id?: number; state?: string } };
      return event.startsWith("job_") ? [[event, data.job_id, data.state]] : [];
    });
    assert.deepEqual(told, [
      ["job_queued", 1, "queued"],
      ["job_started", 1, "processing"],
      ["job_ended", 1, "done"],
    ]);
  });

  test("that takes a while says which turn answers it", async () => {
    const app = await openJobs(saysAndWaits("thinking"));
    const job = await app.submit();
    app.work();
    const { turnId = "" } = await app.until(job.id, (each) => each.turnId !== undefined);
    assert.equal((await app.jobs.get({ userId, id: job.id })).state, "processing");
    await app.turns.stop({ userId, turnId });
    assert.equal((await hear(app, turnId)).at(-1)?.event, "stream_end");
    assert.equal((await app.until(job.id, over)).state, "cancelled", "somebody stopped its turn");
  });

  test("answers with what the model said after its last tool", async () => {
    const app = await openJobs(async function* () {
      yield [tokens("Let me look. ")];
      yield [{ event: "tool_call", data: { call_id: "c", name: "look", arguments: "{}", timestamp } }];
      yield [{ event: "tool_result", data: { call_id: "c", content: "42", timestamp } }];
      yield [
        { event: "thinking_tokens", data: { content: "hm", model: "m", timestamp } },
        tokens("It is 42."),
        { event: "usage", data: { model: "m", total_tokens: 9, timestamp } },
      ];
    });
    const job = await app.submit();
    app.work();
    const done = await app.until(job.id, over);
    assert.deepEqual([done.result, done.usage], ["It is 42.", { total_tokens: 9 }]);
  });

  test("has its own instructions and settings, which the thread does not keep", async () => {
    const heard: unknown[] = [];
    const app = await openJobs(async function* ({ instructions, settings, model, systemPrompt }) {
      heard.push({ instructions, settings, model, systemPrompt });
      yield [tokens("ok")];
    });
    const how = { instructions: "Be brief.", settings: { temperature: 0 }, model: "p", systemPrompt: "poet" };
    const job = await app.submit(how);
    app.work();
    await app.until(job.id, over);
    assert.deepEqual(heard, [how]);
    const thread = await app.threads.getThread({ userId, threadId: job.threadId });
    assert.deepEqual(thread.settings, {});
  });
});

describe("a failing job", () => {
  test("is tried again where the failure may pass, with one message in the history", async () => {
    let tries = 0;
    const app = await openJobs(async function* () {
      tries += 1;
      yield [tokens(`try ${tries}`)];
      if (tries < 3) yield [failure("upstream_refused", "The upstream is busy.", 503)];
    });
    const job = await app.submit();
    app.work();
    const between = await app.until(job.id, ({ attempt }) => attempt === 2);
    assert.equal(between.result, "The upstream is busy.");
    const done = await app.until(job.id, over);
    assert.deepEqual(
      [done.state, done.result, done.attempt, done.errorCode],
      ["done", "try 3", 3, undefined],
    );
    assert.deepEqual(await said(app, job.threadId), [
      ["user", "Hi"],
      ["assistant", "try 3"],
    ]);
  });

  test("ends in error when its attempts are used up, and the worker goes on", async () => {
    const app = await openJobs(async function* ({ message }) {
      if (message.content === "good") yield [tokens("fine")];
      else yield [failure("upstream_timeout", "The upstream was silent.")];
    });
    const bad = await app.submit({ attempts: 2 });
    const good = await app.submit({ prompt: "good" });
    app.work();
    const ended = await app.until(bad.id, over);
    assert.deepEqual(
      [ended.state, ended.errorCode, ended.result, ended.attempt],
      ["error", "upstream_timeout", "The upstream was silent.", 2],
    );
    assert.equal((await app.until(good.id, over)).result, "fine");
  });

  test("is not tried again where that is in vain", async () => {
    let tries = 0;
    const app = await openJobs(async function* ({ message }) {
      tries += 1;
      if (message.content === "key") yield [failure("upstream_refused", "The key is wrong.", 401)];
      else yield [failure("model_not_found", "There is no model `x`.")];
    });
    const [job, refused] = [await app.submit({ model: "x" }), await app.submit({ prompt: "key" })];
    app.work();
    const ended = await app.until(job.id, over);
    assert.deepEqual([ended.state, ended.errorCode], ["error", "model_not_found"]);
    assert.match(ended.result ?? "", /`x`/);
    const { errorCode, attempt, turnId = "" } = await app.until(refused.id, over);
    assert.deepEqual([errorCode, attempt, tries], ["upstream_refused", 1, 2]);
    assert.equal((await app.turns.get({ userId, turnId })).upstreamStatus, 401);
  });

  test("without a word for an answer says so", async () => {
    const app = await openJobs(says(" \n"));
    const job = await app.submit();
    app.work();
    const ended = await app.until(job.id, over);
    assert.deepEqual([ended.state, ended.result], ["error", "Empty model output"]);
  });

  test("that takes too long ends in error, and its turn stops", async () => {
    const app = await openJobs(saysAndWaits("slow"));
    const job = await app.submit({ timeoutMs: 30, attempts: 3 });
    app.work();
    const ended = await app.until(job.id, over);
    assert.deepEqual(
      [ended.state, ended.errorCode, ended.result, ended.attempt],
      ["error", "job_timeout", "The answer took longer than 0.03 s.", 1],
    );
    assert.equal((await app.turns.get({ userId, turnId: ended.turnId ?? "" })).state, "interrupted");
    assert.deepEqual([...(await app.turns.running(userId))], []);
  });

  test("of which nobody knows why keeps what it threw to the log", async () => {
    const app = await openJobs(async function* () {
      yield [tokens("a")];
      throw new Error("secret /etc/path");
    });
    const job = await app.submit({ attempts: 1 });
    app.work();
    const ended = await app.until(job.id, over);
    assert.deepEqual([ended.state, ended.errorCode], ["error", "internal"]);
    assert.doesNotMatch(ended.result ?? "", /secret/);
  });
});

describe("cancelling a job", () => {
  test("that waits: it never runs", async () => {
    const ran: string[] = [];
    const app = await openJobs(async function* ({ message }) {
      ran.push(message.content);
      yield [tokens("ok")];
    });
    const [first, second] = [await app.submit({ prompt: "1" }), await app.submit({ prompt: "2" })];
    assert.equal((await app.jobs.cancel({ userId, id: first.id })).state, "cancelled");
    app.work();
    await app.until(second.id, over);
    assert.deepEqual(ran, ["2"]);
    assert.equal((await app.jobs.cancel({ userId, id: second.id })).state, "done", "it was over");
  });

  test("that runs: its turn stops, what it said is kept, and the next one begins", async () => {
    const app = await openJobs(async function* (turn, signal) {
      if (turn.message.content === "next") yield [tokens("after")];
      else yield* saysAndWaits("half")(turn, signal);
    });
    const job = await app.submit({ threadId: "t" });
    const next = await app.submit({ threadId: "t", prompt: "next" });
    app.work();
    await app.until(job.id, ({ turnId }) => turnId !== undefined);
    await app.jobs.cancel({ userId, id: job.id });
    assert.equal((await app.until(next.id, over)).state, "done");
    assert.deepEqual(await said(app, "t"), [
      ["user", "Hi"],
      ["assistant", "half", "interrupted"],
      ["user", "next"],
      ["assistant", "after"],
    ]);
    assert.equal((await app.jobs.get({ userId, id: job.id })).state, "cancelled");
  });

  test("that waits for a word of its user", async () => {
    const app = await openJobs(async function* ({ consent }) {
      yield [{ event: "tool_call", data: { call_id: "c", name: "rm", arguments: "{}", timestamp } }];
      await consent({ callId: "c", name: "rm", arguments: "{}" });
    });
    const job = await app.submit();
    app.work();
    await app.until(job.id, ({ turnId }) => turnId !== undefined);
    await until("it asks", async () => (await app.turns.approvals(userId)).length);
    await app.jobs.cancel({ userId, id: job.id });
    await until("its turn is over", async () => (await app.turns.running(userId)).size === 0);
    assert.deepEqual(await app.turns.approvals(userId), []);
  });
});

test("a job that waits for a word of its user lets others run, and goes on when that is given", async () => {
  const app = await openJobs(async function* ({ message, consent }) {
    if (message.content === "ask") {
      yield [{ event: "tool_call", data: { call_id: "c", name: "rm", arguments: "{}", timestamp } }];
      const { approved } = await consent({ callId: "c", name: "rm", arguments: "{}" });
      yield [
        { event: "tool_result", data: { call_id: "c", content: "gone", timestamp } },
        tokens(`${approved}`),
      ];
    } else yield [tokens("meanwhile")];
  });
  const asking = await app.submit({ prompt: "ask" });
  const other = await app.submit({ prompt: "go" });
  app.work(1);
  assert.equal((await app.until(other.id, over)).result, "meanwhile");
  const { state, turnId = "" } = await app.until(asking.id, (job) => job.turnId !== undefined);
  assert.equal(state, "processing");
  await app.turns.answer({ userId, turnId, callId: "c" }, true);
  assert.equal((await app.until(asking.id, over)).result, "true");
});

describe("a request", () => {
  test("for a model that the user may not use is refused, as is one that says nothing", async () => {
    const app = await openJobs(says("ok"));
    await assert.rejects(app.submit({ model: "forbidden" }), { code: "model_not_allowed" });
    await assert.rejects(app.submit({ prompt: " \n" }), { code: "bad_input" });
    await assert.rejects(app.submit({ threadId: "a\nb" }), { code: "bad_input" });
    await assert.rejects(app.submit({ attempts: 0 }), { code: "bad_input" });
    const batch = [
      { userId, prompt: "good" },
      { userId, prompt: "" },
    ];
    await assert.rejects(app.jobs.submitAll(batch), { code: "bad_input" });
    assert.deepEqual(await app.jobs.list({ userId }), [], "all are looked at before any is taken");
  });

  test("with a key that was used makes no second job; another request with it is refused", async () => {
    const app = await openJobs(says("ok"));
    const one = await app.submit({ idempotencyKey: "k" });
    assert.deepEqual(await app.submit({ idempotencyKey: "k" }), one);
    await assert.rejects(app.submit({ idempotencyKey: "k", prompt: "Ho" }), { code: "idempotency_mismatch" });
    assert.equal((await app.jobs.list({ userId })).length, 1);
  });

  test("can be repeated once its job is over", async () => {
    const app = await openJobs(says("ok"));
    const job = await app.submit({ model: "p", instructions: "Rhyme.", meta: { a: 1 } });
    await assert.rejects(app.jobs.retry({ userId, id: job.id }), { code: "conflict" });
    await app.jobs.cancel({ userId, id: job.id });
    const again = await app.jobs.retry({ userId, id: job.id });
    assert.deepEqual({ ...again, id: job.id }, job);
  });

  test("of somebody else is not there", async () => {
    const app = await openJobs(says("ok"));
    const { id } = await app.submit();
    const bob = { userId: "bob", id };
    const missing = { code: "job_not_found" };
    await assert.rejects(app.jobs.get(bob), missing);
    await assert.rejects(app.jobs.cancel(bob), missing);
    await assert.rejects(app.jobs.retry(bob), missing);
    await assert.rejects(Array.fromAsync(app.jobs.watch(bob, AbortSignal.timeout(1000))), missing);
    assert.deepEqual(await app.jobs.list({ userId: "bob" }), []);
  });
});

test("jobs are listed newest first, by state, thread and model, a page at a time, and counted", async () => {
  const app = await openJobs(says("ok"));
  for (let n = 1; n <= 5; n += 1)
    await app.submit({ threadId: n % 2 ? "odd" : "even", ...(n > 3 && { model: "p" }) });
  await app.jobs.cancel({ userId, id: 2 });
  const ids = async (filter: Parameters<typeof app.jobs.list>[1]) =>
    (await app.jobs.list({ userId }, filter)).map(({ id }) => id);
  assert.deepEqual(await ids({ limit: 2 }), [5, 4]);
  assert.deepEqual(await ids({ limit: 2, before: 4 }), [3, 2]);
  assert.deepEqual(await ids({ state: "cancelled" }), [2]);
  assert.deepEqual(await ids({ threadId: "odd" }), [5, 3, 1]);
  assert.deepEqual(await ids({ model: "p", threadId: "even" }), [4]);
  const counts = { queued: 4, processing: 0, done: 0, error: 0, cancelled: 1 };
  assert.deepEqual(await app.jobs.counts({ userId }), counts);
});

test("a chart has what came, what ended and what was left, and how long it took", async () => {
  let time = Date.parse("2026-01-01T10:00:00Z");
  const app = await openJobs(
    async function* () {
      time += 4_000;
      yield [tokens("ok")];
    },
    { now: () => new Date(time) },
  );
  const job = await app.submit();
  await app.submit({ prompt: "two" });
  await app.jobs.cancel({ userId, id: (await app.submit({ prompt: "three" })).id });
  time += 3_600_000;
  const { ended, stop } = app.work();
  await app.until(job.id, over);
  stop();
  await ended;
  time += 1_000;
  const { spanMs, spans } = await app.jobs.stats({ userId }, { hours: 2, spans: 2 });
  assert.equal(spanMs, 3_600_000);
  assert.deepEqual(
    spans.map(({ submitted, done, cancelled, depth, waitMs, runMs }) => ({
      ...{ submitted, done, cancelled, depth, waitMs, runMs },
    })),
    [
      { submitted: 3, done: 0, cancelled: 1, depth: 2, waitMs: null, runMs: null },
      { submitted: 0, done: 1, cancelled: 0, depth: 1, waitMs: 3_600_000, runMs: 4_000 },
    ],
  );
});

test("a thousand jobs of one user do not keep another's waiting", async () => {
  const begun: string[] = [];
  const app = await openJobs(async function* ({ userId: of }) {
    begun.push(of);
    yield [tokens("ok")];
  });
  await app.jobs.submitAll(Array.from({ length: 1000 }, (_, n) => ({ userId, prompt: `${n}` })));
  app.work(2);
  await app.until(3, over);
  const bobs = await app.jobs.submit({ userId: "bob", prompt: "me too" });
  const before = begun.length;
  for await (const job of app.jobs.watch({ userId: "bob", id: bobs.id }, AbortSignal.timeout(10_000)))
    if (over(job)) break;
  const waited = begun.slice(before).indexOf("bob");
  assert.ok(waited >= 0 && waited <= 3, `${waited} of ann's began before it`);
});

test("a thread that was taken a moment ago is no failure", async () => {
  let refused = 0;
  const app = await openJobs(says("ok"));
  const transaction = app.store.transaction.bind(app.store);
  app.store.transaction = async (steps) => {
    const claims = steps.some((step) => step.op === "add" && step.in.store === "running_turns");
    if (claims && refused++ === 0)
      throw new SkeletonError("duplicate_record", "There is one of that id.", { hint: "Choose another." });
    return transaction(steps);
  };
  const job = await app.submit({ attempts: 1 });
  app.work();
  assert.equal((await app.until(job.id, over)).state, "done");
  assert.equal(refused, 2);
});

test("a failure of the store gives a job back, which runs again", async () => {
  let refused = 0;
  const app = await openJobs(says("ok"));
  const { store } = app;
  const update = store.update.bind(store);
  store.update = async (at, changes, where) => {
    if (at.store === "jobs" && changes.state === "done" && refused++ === 0)
      throw new SkeletonError("store_locked", "The database is busy.", { hint: "Try again." });
    return update(at, changes, where);
  };
  const job = await app.submit();
  app.work();
  const done = await app.until(job.id, over);
  assert.deepEqual([done.state, done.result, done.attempt, refused], ["done", "ok", 1, 2]);
  assert.deepEqual((await said(app, job.threadId)).length, 2, "the answer that was there is taken");
});
