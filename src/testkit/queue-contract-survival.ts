import assert from "node:assert/strict";
import { ann, bob, type Opening, queueTest, send, take, titleOf } from "./queue-contract-kit.ts";

/** What a new process finds after the one before was killed. */
export function queueSurvival({ open, reopen }: Opening): void {
  const title = "jobs outlive their process";
  if (reopen === undefined) {
    queueTest(open, title, async ({ context }) => context.skip("this queue has no `reopen`"));
    return;
  }

  queueTest(open, title, async ({ queue, work }) => {
    await send(queue, ann, "second");
    const last = await send(queue, ann, "first", { priority: 1, idempotencyKey: "k" });
    const gone = await send(queue, ann, "cancelled");
    await queue.cancel({ userId: ann, id: gone });
    const next = await reopen(queue);
    assert.equal(await send(next, ann, "again", { idempotencyKey: "k" }), last, "keys are remembered");
    assert.ok((await send(next, ann, "third")) > gone, "ids go on ascending");
    assert.deepEqual((await take(work({ on: next }), 3)).map(titleOf), ["first", "second", "third"]);
    await next.shutdown?.();
  });

  queueTest(open, "a job whose worker died runs again, not as another try", async ({ queue, work }) => {
    await send(queue, ann, "done");
    const id = await send(queue, bob, "died with it", { orderKey: "k", attempts: 2 });
    await send(queue, bob, "after it", { orderKey: "k", priority: 9 });
    const worker = work({ deaf: true });
    (await worker.next()).finish();
    (await worker.next()).fail();
    assert.equal((await worker.next()).job.attempt, 2);
    const next = await reopen(queue);
    const found = work({ on: next });
    const again = await found.next();
    assert.deepEqual([again.job.id, again.job.attempt], [id, 2]);
    again.finish();
    assert.deepEqual((await take(found, 1)).map(titleOf), ["after it"], "what was done stays done");
    await next.shutdown?.();
  });
}
