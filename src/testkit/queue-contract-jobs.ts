import assert from "node:assert/strict";
import type { JsonObject } from "../protocols/json.ts";
import type { Queue } from "../protocols/queue.ts";
import { ann, bob, queueTest, send, take, titleOf } from "./queue-contract-kit.ts";

/** An object of this many levels. */
function nested(levels: number): JsonObject {
  return levels === 1 ? {} : { inner: nested(levels - 1) };
}

/** What a job is, and what makes one. */
export function queueJobs(open: () => Promise<Queue>): void {
  queueTest(open, "ids ascend, over all users and queues", async ({ queue }) => {
    const payload = {};
    const ids = [
      await queue.send({ userId: ann, queue: "tasks", payload }),
      await queue.send({ userId: bob, queue: "tasks", payload }),
      await queue.send({ userId: ann, queue: "others", payload }),
    ];
    for (const [index, id] of ids.entries()) {
      assert.ok(Number.isSafeInteger(id) && id > 0, `${id} is no id`);
      assert.ok(index === 0 || id > Number(ids[index - 1]), `${ids} do not ascend`);
    }
  });

  queueTest(open, "jobs sent side by side have ids of their own", async ({ queue }) => {
    const ids = await Promise.all(Array.from({ length: 50 }, (_, n) => send(queue, ann, String(n))));
    assert.equal(new Set(ids).size, 50);
  });

  queueTest(open, "a job comes as it was sent", async ({ queue, work }) => {
    const payload = {
      text: 'ö "\u0000\ud800\\" 🎉',
      list: [1, 0.5, null, { deep: true }],
      absent: undefined,
    };
    const id = await queue.send({ userId: ann, queue: "tasks", payload });
    payload.list.push(2); // when it had been sent
    const [run] = await take(work(), 1);
    assert.deepEqual(run?.job, {
      id,
      userId: ann,
      queue: "tasks",
      payload: { text: payload.text, list: [1, 0.5, null, { deep: true }] },
      attempt: 1,
    });
  });

  queueTest(open, "what a run does to its payload is not seen by the next try", async ({ queue, work }) => {
    await send(queue, ann, "as sent", { attempts: 2 });
    const worker = work();
    const first = await worker.next();
    Object.assign(first.job.payload, { title: "changed" });
    first.fail();
    assert.equal(titleOf(await worker.next()), "as sent");
  });

  queueTest(open, "queues have nothing to do with each other", async ({ queue, work }) => {
    await queue.send({ userId: ann, queue: "others", payload: { title: "other" } });
    await send(queue, ann, "mine");
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["mine"]);
    assert.deepEqual((await take(work({ name: "others" }), 1)).map(titleOf), ["other"]);
  });

  queueTest(
    open,
    "those that wait are counted, of all users, whatever they wait for",
    async ({ queue, work, context }) => {
      if (queue.waiting === undefined) return context.skip("it cannot tell");
      await queue.send({ userId: ann, queue: "others", payload: {} });
      await send(queue, ann, "first", { orderKey: "o" });
      await send(queue, ann, "held", { orderKey: "o" });
      const cancelled = await send(queue, bob, "cancelled");
      await send(queue, bob, "ready");
      assert.equal(await queue.waiting("tasks"), 4);
      await queue.cancel({ userId: bob, id: cancelled });
      const run = await work().next();
      assert.equal(titleOf(run), "first");
      assert.equal(await queue.waiting("tasks"), 2, "one runs, one is over");
    },
  );

  queueTest(open, "an idempotency key makes one job a user", async ({ queue, work }) => {
    const options = { idempotencyKey: "k" };
    const first = await send(queue, ann, "first", options);
    assert.equal(await send(queue, ann, "second", { ...options, priority: 9 }), first);
    const elsewhere = { userId: ann, queue: "others", payload: {}, options };
    assert.equal(await queue.send(elsewhere), first, "whichever queue it names");
    assert.notEqual(await send(queue, bob, "bob's", options), first);
    assert.notEqual(await send(queue, ann, "another key", { idempotencyKey: "K" }), first);
    await send(queue, ann, "no key");
    const runs = await take(work(), 4);
    assert.deepEqual(runs.map(titleOf).sort(), ["another key", "bob's", "first", "no key"]);
  });

  queueTest(open, "of two jobs with one key sent side by side one is made", async ({ queue, work }) => {
    const sent = Array.from({ length: 20 }, () => send(queue, ann, "keyed", { idempotencyKey: "k" }));
    assert.equal(new Set(await Promise.all(sent)).size, 1);
    await send(queue, ann, "last");
    assert.deepEqual((await take(work(), 2)).map(titleOf), ["keyed", "last"]);
  });

  queueTest(open, "a key is remembered when its job is over", async ({ queue, work }) => {
    const done = await send(queue, ann, "done", { idempotencyKey: "d" });
    const failed = await send(queue, ann, "failed", { idempotencyKey: "f" });
    const cancelled = await send(queue, ann, "cancelled", { idempotencyKey: "c" });
    const worker = work();
    (await worker.next()).finish();
    await queue.cancel({ userId: ann, id: cancelled });
    (await worker.next()).fail();
    await send(queue, ann, "marker");
    assert.deepEqual((await take(worker, 1)).map(titleOf), ["marker"]);
    assert.equal(await send(queue, ann, "again", { idempotencyKey: "d" }), done);
    assert.equal(await send(queue, ann, "again", { idempotencyKey: "f" }), failed);
    assert.equal(await send(queue, ann, "again", { idempotencyKey: "c" }), cancelled);
  });

  queueTest(open, "what breaks the rules is refused and makes no job", async ({ queue, work }) => {
    const good = { userId: ann, queue: "tasks", payload: {} };
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const bad: readonly object[] = [
      { userId: "" },
      { userId: undefined },
      { queue: "" },
      { queue: "q".repeat(201) },
      { payload: undefined },
      { payload: null },
      { payload: "text" },
      { payload: [1] },
      { payload: { big: 1n } },
      { payload: { nothing: Number.NaN } },
      { payload: circle },
      { payload: nested(101) },
      { options: { priority: 0.5 } },
      { options: { priority: 2 ** 31 } },
      { options: { attempts: 0 } },
      { options: { attempts: 1.5 } },
      { options: { attempts: Number.POSITIVE_INFINITY } },
      { options: { backoff: {} } },
      { options: { backoff: { firstMs: 0, maxMs: 1 } } },
      { options: { backoff: { firstMs: 1.5, maxMs: 2 } } },
      { options: { backoff: { firstMs: 2, maxMs: 1 } } },
      { options: { backoff: { firstMs: 1, maxMs: 2 ** 31 } } },
      { options: { orderKey: "" } },
      { options: { orderKey: "k".repeat(201) } },
      { options: { idempotencyKey: "" } },
      { options: { idempotencyKey: "k".repeat(201) } },
    ];
    for (const [index, wrong] of bad.entries())
      await assert.rejects(queue.send({ ...good, ...wrong }), { code: "bad_input" }, `case ${index}`);
    const payload: JsonObject = { ...nested(100), title: "good" };
    await queue.send({
      ...good,
      payload,
      options: {
        priority: -(2 ** 31),
        attempts: 2 ** 31 - 1,
        backoff: { firstMs: 1, maxMs: 2 ** 31 - 1 },
        orderKey: "k".repeat(200),
        idempotencyKey: "k".repeat(200),
      },
    });
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["good"]);
  });
}
