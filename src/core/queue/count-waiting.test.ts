import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import { emptyTables, openQueue, sharedStore } from "../../../test/support/store-queue.ts";
import type { Store } from "../../protocols/store.ts";
import { until } from "../../testkit/until.ts";
import { owner, type State, stateAt } from "./tables.ts";

const store = await sharedStore();
beforeEach(() => emptyTables(store));

const jobs = { userId: owner, store: "queue_jobs" };
const states = ["ready", "held", "pausing"];

/** A queue as a process of its own has it, and how often that has had its jobs counted. */
async function process(context: TestContext) {
  let counted = 0;
  const listening: Store = {
    ...store,
    count: (place, where) => {
      counted += 1;
      return store.count(place, where);
    },
  };
  const { queue } = await openQueue(listening);
  context.after(() => queue.shutdown?.());
  const waiting = async (name = "tasks") => (await queue.waiting?.(name)) ?? assert.fail();
  const send = (options = {}, name = "tasks") =>
    queue.send({ userId: "ann", queue: name, payload: {}, options });
  return { queue, waiting, send, counted: () => counted };
}

const really = (queue = "tasks") => store.count(jobs, { queue, state: { $in: states } });

test("how many wait is counted once, and moves on with whatever becomes of jobs, in any process", async (context) => {
  const [one, other] = [await process(context), await process(context)];
  const check = async () => {
    assert.deepEqual([await one.waiting(), await other.waiting()], [await really(), await really()]);
    assert.deepEqual([await one.waiting("__proto__"), await really("__proto__")], [1, 1]);
  };
  await one.send({}, "__proto__");
  await one.send({ orderKey: "line", idempotencyKey: "once" });
  await check();
  await one.send({ orderKey: "line" });
  await other.send({ idempotencyKey: "once" });
  await other.send({ attempts: 2, backoff: { firstMs: 1, maxMs: 1 } });
  const cancelled = await other.send();
  await check();
  assert.equal(await one.waiting(), 4);
  await other.queue.cancel({ userId: "ann", id: cancelled });
  await check();

  const ending = new AbortController();
  const runs: { readonly attempt: number; readonly end: (failure?: Error) => void }[] = [];
  const working = one.queue.work(
    "tasks",
    { concurrency: 1 },
    ({ attempt }) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      runs.push({ attempt, end: (failure) => (failure === undefined ? resolve() : reject(failure)) });
      return promise;
    },
    ending.signal,
  );
  for (let began = 1; began <= 4; began += 1) {
    await until("the next one runs", () => runs.length === began);
    await check();
    runs.at(-1)?.end(began === 3 ? new Error("not yet") : undefined);
  }
  await until("all are over", async () => (await store.count(jobs, { queue: "tasks" })) === 0);
  await check();
  ending.abort();
  await working;
  assert.deepEqual([one.counted(), other.counted()], [2, 1], "once a queue that it was asked of");
});

test("it is counted anew after a change by a server that does not keep it", async (context) => {
  const { waiting, send } = await process(context);
  await send();
  assert.equal(await waiting(), 1);
  await store.add(jobs, { number: 99, user: "ann", queue: "tasks", state: "held" }, "99");
  const { version } = (await store.get(stateAt)) as unknown as State;
  await store.update(stateAt, { version: version + 1 });
  assert.equal(await waiting(), 2);
  await send({}, "others");
  assert.equal(await waiting(), 2);
});

test("the first look of a process counts, whatever an import has brought", async (context) => {
  const before = await process(context);
  await before.send();
  assert.equal(await before.waiting(), 1);
  await store.update(stateAt, { waiting: { tasks: 7 } });
  const { waiting } = await process(context);
  assert.equal(await waiting(), 1);
  assert.equal(await waiting(), 1);
});
