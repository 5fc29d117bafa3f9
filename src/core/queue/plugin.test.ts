import assert from "node:assert/strict";
import { beforeEach, describe, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { emptyTables, type OwnQueue, openQueue, sharedStore } from "../../../test/support/store-queue.ts";
import type { OtherInstances } from "../../protocols/bus.ts";
import type { Job } from "../../protocols/queue.ts";
import type { Store } from "../../protocols/store.ts";
import { until } from "../../testkit/until.ts";
import { owner } from "./tables.ts";

const store = await sharedStore();
beforeEach(() => emptyTables(store));

/** A queue as a process of its own has it, closed with the test. */
async function process(context: TestContext): Promise<OwnQueue> {
  const own = await openQueue(store);
  context.after(() => own.queue.shutdown?.());
  return own;
}

const send = ({ queue }: OwnQueue, title: string, options = {}) =>
  queue.send({ userId: "ann", queue: "tasks", payload: { title }, options });

/** Works until the test ends. Each run is kept, and ends when it is told to or its signal aborts. */
function work(context: TestContext, { queue }: OwnQueue, concurrency = 1) {
  const ending = new AbortController();
  const runs: { job: Job; signal: AbortSignal; finish: () => void }[] = [];
  const working = queue.work(
    "tasks",
    { concurrency },
    (job, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      runs.push({ job, signal, finish: resolve });
      return promise;
    },
    ending.signal,
  );
  const stop = async () => {
    ending.abort();
    await working;
  };
  context.after(stop);
  return { runs, stop, titles: () => runs.map(({ job }) => job.payload.title) };
}

const count = (table: string) => store.count({ userId: owner, store: table });

describe("two processes on one store", () => {
  test("share the work, and no job is run twice", async (context) => {
    const [one, other] = [await process(context), await process(context)];
    const ran: number[] = [];
    const ending = new AbortController();
    const works = [one, other].map(({ queue }) =>
      queue.work("tasks", { concurrency: 3 }, async ({ id }) => void ran.push(id), ending.signal),
    );
    const ids = await Promise.all(
      Array.from({ length: 120 }, (_, n) => send(n % 2 === 0 ? one : other, String(n))),
    );
    await until("all have run", () => ran.length >= ids.length);
    ending.abort();
    await Promise.all(works);
    assert.deepEqual(
      ran.toSorted((a, b) => a - b),
      ids.toSorted((a, b) => a - b),
    );
    assert.equal(await count("queue_jobs"), 0);
  });

  test("number jobs in the order in which they were sent", async (context) => {
    const [one, other] = [await process(context), await process(context)];
    const ids: number[] = [];
    for (let n = 0; n < 10; n += 1) ids.push(await send(n % 2 === 0 ? one : other, String(n)));
    assert.deepEqual(
      ids,
      ids.toSorted((a, b) => a - b),
    );
  });

  test("keep an order key in order, and one at a time", async (context) => {
    const [one, other] = [await process(context), await process(context)];
    for (const title of ["1", "2", "3"]) await send(one, title, { orderKey: "k" });
    const [left, right] = [work(context, one), work(context, other)];
    const began: unknown[] = [];
    for (let n = 1; n <= 3; n += 1) {
      await until(`${n} have begun`, () => left.runs.length + right.runs.length === n);
      const run = [...left.runs, ...right.runs].find(({ job }) => !began.includes(job.payload.title));
      began.push(run?.job.payload.title);
      run?.finish();
    }
    assert.deepEqual(began, ["1", "2", "3"]);
  });

  test("hear of each other's jobs and cancellations within a moment", async (context) => {
    const [sender, runner] = [await process(context), await process(context)];
    const worker = work(context, runner);
    await sleep(30); // it has looked, and sleeps
    const sentAt = performance.now();
    const id = await send(sender, "from elsewhere");
    await until("it has begun", () => worker.runs.length === 1);
    assert.ok(performance.now() - sentAt < 2_000, "it is found by polling"); // 200 ms on a machine of its own
    assert.equal(await sender.queue.cancel({ userId: "ann", id }), true);
    await until("it is told to stop", () => worker.runs[0]?.signal.aborted);
    await until("no job is left", async () => (await count("queue_jobs")) === 0);
  });

  test("hear at once of jobs that their sender has no room for, where they can tell each other", async (context) => {
    const ears = new Set<() => void>();
    let told = 0;
    const others: OtherInstances = {
      read: () => assert.fail("nobody reads"),
      tell() {
        told += 1;
        for (const hear of ears) hear();
      },
      listen(_subject, hear) {
        const ear = () => hear({});
        ears.add(ear);
        return () => ears.delete(ear);
      },
    };
    const looking = Promise.withResolvers<void>();
    context.after(() => looking.resolve());
    /** It hears of others by being told alone: its first look at them does not end before the test does. */
    const blind: Store = {
      ...store,
      async find(place, find) {
        if (place.store === "queue_workers") await looking.promise;
        return store.find(place, find);
      },
    };
    const sender = await openQueue(store, 0, others);
    const runner = await openQueue(blind, 0, others);
    context.after(() => Promise.all([sender.queue.shutdown?.(), runner.queue.shutdown?.()]));
    const worker = work(context, runner, 4);
    for (let sent = 1; sent <= 3; sent += 1) {
      await send(sender, String(sent));
      await until("it has begun", () => worker.runs.length === sent);
    }
    assert.equal(told, 3);
    await send(runner, "4");
    await until("it has begun", () => worker.runs.length === 4);
    assert.equal(told, 3, "who has room tells nobody");
    await Promise.all([send(runner, "5"), send(runner, "6")]);
    await until("it is told", () => told > 3);
    assert.equal(told, 4, "what comes together is told once");
  });

  test("hold one idempotency key between them", async (context) => {
    const [one, other] = [await process(context), await process(context)];
    const ids = await Promise.all(
      Array.from({ length: 10 }, (_, n) => send(n % 2 === 0 ? one : other, "x", { idempotencyKey: "k" })),
    );
    assert.equal(new Set(ids).size, 1);
    assert.equal(await count("queue_jobs"), 1);
  });
});

test("a job whose process is gone is run by another one at once, with its number of the try", async (context) => {
  const [one, other] = [await process(context), await process(context)];
  const id = await send(one, "left behind", { attempts: 2 });
  const worker = work(context, one);
  await until("it has begun", () => worker.runs.length === 1);
  await one.kill();
  const next = work(context, other);
  await until("the other has begun it", () => next.runs.length === 1);
  assert.deepEqual([next.runs[0]?.job.id, next.runs[0]?.job.attempt], [id, 1]);
});

test("nothing is left of jobs that are over but keys, and of those not after a day", async (context) => {
  const own = await process(context);
  const worker = work(context, own, 3);
  for (const title of ["1", "2", "3"]) await send(own, title, { idempotencyKey: title, orderKey: "k" });
  await until("it has begun", () => worker.runs.length === 1);
  for (let n = 0; n < 3; n += 1) {
    await until(`${n + 1} have begun`, () => worker.runs.length === n + 1);
    worker.runs[n]?.finish();
  }
  await until("no job is left", async () => (await count("queue_jobs")) === 0);
  assert.deepEqual([await count("queue_lanes"), await count("queue_keys")], [0, 3]);
  await worker.stop();

  const later = await openQueue(store, 24 * 60 * 60 * 1000 + 60_000);
  context.after(() => later.queue.shutdown?.());
  await send(later, "another", { idempotencyKey: "another" });
  await until("one key is left", async () => (await count("queue_keys")) === 1);
  await later.queue.shutdown?.();
  await own.queue.shutdown?.();
  assert.equal(await count("queue_workers"), 0, "who leaves in order goes off the file");
});

test("a store that fails for a while ends no work, and loses no end of a job", async (context) => {
  const own = await process(context);
  const worker = work(context, own);
  await send(own, "ends in trouble");
  await until("it has begun", () => worker.runs.length === 1);
  own.trouble(true);
  worker.runs[0]?.finish();
  await assert.rejects(send(own, "refused"), { code: "store_unavailable" });
  await until("the trouble is told", () =>
    own.host.logged.some(({ message }) => message.includes("could not be written down")),
  );
  own.trouble(false);
  await send(own, "next");
  await until("the next one has begun", () => worker.runs.length === 2);
  assert.deepEqual(worker.titles(), ["ends in trouble", "next"]);
});
