import assert from "node:assert/strict";
import type { Queue } from "../protocols/queue.ts";
import { ann, bob, queueTest, send, take, titleOf } from "./queue-contract-kit.ts";

/** Long enough for what must not wait for it to begin meanwhile. */
const longPause = { firstMs: 300, maxMs: 300 };

/** What is between two tries of a job. The clock of the queue that is tested has to go. */
export function queueBackoff(open: () => Promise<Queue>): void {
  queueTest(open, "each pause is twice the one before", async ({ queue, work }) => {
    await send(queue, ann, "fails", { attempts: 4, backoff: { firstMs: 20, maxMs: 1000 } });
    const worker = work();
    let run = await worker.next();
    for (const [attempt, pauseMs] of [
      [2, 20],
      [3, 40],
      [4, 80],
    ] as const) {
      const failedAt = performance.now();
      run.fail();
      run = await worker.next();
      // 2 ms: a timer and a clock of whole ms are each allowed one
      assert.ok(performance.now() - failedAt >= pauseMs - 2, `try ${attempt} came too early`);
      assert.equal(run.job.attempt, attempt);
    }
  });

  queueTest(open, "no pause is longer than the longest", async ({ queue, work }) => {
    await send(queue, ann, "fails", { attempts: 12, backoff: { firstMs: 10, maxMs: 10 } });
    const worker = work();
    const begunAt = performance.now();
    for (let n = 1; n < 12; n += 1) (await worker.next()).fail();
    assert.equal((await worker.next()).job.attempt, 12);
    assert.ok(performance.now() - begunAt < 10_000, "doubling, it would have taken 20 s");
  });

  queueTest(open, "while a job pauses others run, those of its order key excepted", async (bench) => {
    const { queue, work } = bench;
    const worker = work();
    await send(queue, ann, "k1", { orderKey: "k", attempts: 2, backoff: longPause, priority: 9 });
    await send(queue, ann, "k2", { orderKey: "k", priority: 9 });
    await send(queue, ann, "free");
    await send(queue, bob, "bob's");
    (await worker.next()).fail();
    const runs = await take(worker, 4);
    assert.deepEqual(runs.slice(0, 2).map(titleOf).sort(), ["bob's", "free"]);
    assert.deepEqual(runs.slice(2).map(titleOf), ["k1", "k2"]);
  });

  queueTest(open, "a job that pauses can be cancelled", async ({ queue, work }) => {
    const id = await send(queue, ann, "k1", { orderKey: "k", attempts: 2, backoff: longPause });
    await send(queue, ann, "beside it");
    await send(queue, ann, "k2", { orderKey: "k" });
    const worker = work();
    (await worker.next()).fail();
    assert.equal(titleOf(await worker.next()), "beside it", "that it failed is known");
    assert.equal(await queue.cancel({ userId: ann, id }), true);
    assert.equal(await queue.cancel({ userId: ann, id }), false, "it is over");
    worker.began.at(-1)?.finish();
    assert.equal(titleOf(await worker.next()), "k2");
  });

  queueTest(open, "a run that is cut short does not pause", async ({ queue, work }) => {
    await send(queue, ann, "cut short", { attempts: 2, backoff: { firstMs: 3_600_000, maxMs: 3_600_000 } });
    const worker = work();
    await worker.next();
    await worker.stop();
    assert.equal((await work().next()).job.attempt, 1);
  });
}
