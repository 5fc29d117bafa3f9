import assert from "node:assert/strict";
import type { Queue } from "../protocols/queue.ts";
import { aborted, ann, bob, queueTest, send, take, tempt, titleOf } from "./queue-contract-kit.ts";

/** Ending a job in whatever state it is. */
export function queueCancel(open: () => Promise<Queue>): void {
  queueTest(open, "a job cancelled while it waits never runs", async ({ queue, work }) => {
    const id = await send(queue, ann, "cancelled", { priority: 1, attempts: 3 });
    await send(queue, ann, "last");
    assert.equal(await queue.cancel({ userId: ann, id }), true);
    assert.equal(await queue.cancel({ userId: ann, id }), false, "it is over");
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["last"]);
  });

  queueTest(open, "cancelling a running job aborts it and nothing else", async ({ queue, work }) => {
    const id = await send(queue, ann, "cancelled", { attempts: 3 });
    await send(queue, ann, "beside it");
    await send(queue, ann, "last");
    const worker = work({ concurrency: 2 });
    const [run, other] = [await worker.next(), await worker.next()];
    assert.equal(await queue.cancel({ userId: ann, id }), true);
    await aborted(run.signal);
    assert.equal(await queue.cancel({ userId: ann, id }), false, "it is over");
    assert.equal(titleOf(await worker.next()), "last", "it is not tried again");
    assert.equal(other.signal.aborted, false);
  });

  queueTest(open, "a cancelled run counts until it has ended", async ({ queue, work }) => {
    const id = await send(queue, ann, "k1", { orderKey: "k" });
    await send(queue, ann, "k2", { orderKey: "k" });
    await send(queue, ann, "beside it");
    await send(queue, ann, "last");
    const worker = work({ concurrency: 2, deaf: true });
    const [run] = [await worker.next(), await worker.next()];
    assert.equal(await queue.cancel({ userId: ann, id }), true, "it does not wait for the run");
    await aborted(run.signal);
    worker.began[1]?.finish();
    assert.equal(titleOf(await worker.next()), "last", "the order key is still held");
    await tempt(queue);
    assert.equal(worker.began.length, 3);
    run.finish();
    assert.equal(titleOf(await worker.next()), "k2");
    assert.equal(await queue.cancel({ userId: ann, id }), false, "that it resolved changes nothing");
  });

  queueTest(open, "a job that waits to be run again can be cancelled", async ({ queue, work }) => {
    const id = await send(queue, ann, "cut short", { attempts: 3 });
    const worker = work();
    await worker.next();
    await worker.stop();
    assert.equal(await queue.cancel({ userId: ann, id }), true);
    await send(queue, ann, "last");
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["last"]);
  });

  queueTest(open, "cancelling the first of an order key lets the next one go", async ({ queue, work }) => {
    const id = await send(queue, ann, "k1", { orderKey: "k" });
    await send(queue, ann, "k2", { orderKey: "k" });
    assert.equal(await queue.cancel({ userId: ann, id }), true);
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["k2"]);
  });

  queueTest(open, "somebody else's job is like a missing one", async ({ queue, work }) => {
    const id = await send(queue, ann, "ann's");
    assert.equal(await queue.cancel({ userId: bob, id }), false, "while it waits");
    const run = await work().next();
    assert.equal(run.job.id, id);
    assert.equal(await queue.cancel({ userId: bob, id }), false, "while it runs");
    await tempt(queue);
    assert.equal(run.signal.aborted, false);
  });

  queueTest(open, "there is nothing to cancel in what is over or never was", async ({ queue, work }) => {
    const done = await send(queue, ann, "done");
    const failed = await send(queue, ann, "failed");
    const marker = await send(queue, ann, "marker");
    const worker = work();
    (await worker.next()).finish();
    (await worker.next()).fail();
    await worker.next();
    for (const id of [done, failed, marker + 1000, 0, -1, 0.5, Number.NaN])
      assert.equal(await queue.cancel({ userId: ann, id }), false, String(id));
  });
}
