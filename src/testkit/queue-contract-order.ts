import assert from "node:assert/strict";
import type { Queue } from "../protocols/queue.ts";
import { ann, bob, queueTest, type Run, send, take, tempt, titleOf } from "./queue-contract-kit.ts";

/** Which job begins next. */
export function queueOrder(open: () => Promise<Queue>): void {
  queueTest(open, "higher priorities first, first in first out within one", async ({ queue, work }) => {
    const jobs: readonly [string, number?][] = [["a"], ["b", 1], ["c", -1], ["d", 0], ["e", 10], ["f", 1]];
    for (const [title, priority] of jobs)
      await send(queue, ann, title, priority === undefined ? undefined : { priority });
    assert.equal((await take(work(), 6)).map(titleOf).join(""), "ebfadc");
  });

  queueTest(open, "a higher priority goes before another user's turn", async ({ queue, work }) => {
    for (const title of ["b1", "b2"]) await send(queue, bob, title);
    for (const title of ["a1", "a2", "a3"]) await send(queue, ann, title, { priority: 1 });
    assert.deepEqual((await take(work(), 5)).map(titleOf), ["a1", "a2", "a3", "b1", "b2"]);
  });

  queueTest(open, "jobs of one order key run one after another as sent", async ({ queue, work }) => {
    await send(queue, ann, "k1", { orderKey: "k" });
    await send(queue, ann, "k2", { orderKey: "k", priority: 9 });
    await send(queue, ann, "l1", { orderKey: "l" });
    await send(queue, ann, "free");
    const worker = work({ concurrency: 4 });
    const [k1] = [await worker.next(), await worker.next(), await worker.next()];
    assert.deepEqual(worker.began.map(titleOf), ["k1", "l1", "free"]);
    await tempt(queue);
    assert.equal(worker.began.length, 3, "the key's second job waits although there is room");
    k1.finish();
    assert.equal(titleOf(await worker.next()), "k2");
  });

  queueTest(
    open,
    "a job that failed is not overtaken by the next one of its key",
    async ({ queue, work }) => {
      await send(queue, ann, "k1", { orderKey: "k", attempts: 2 });
      await send(queue, ann, "k2", { orderKey: "k", priority: 9 });
      const worker = work({ concurrency: 2 });
      (await worker.next()).fail();
      const again = await worker.next();
      assert.deepEqual([titleOf(again), again.job.attempt], ["k1", 2]);
      again.fail();
      assert.equal(titleOf(await worker.next()), "k2", "once it has failed for good the next one begins");
    },
  );

  queueTest(open, "an order key is one user's in one queue", async ({ queue, work }) => {
    await send(queue, ann, "ann's", { orderKey: "k" });
    await send(queue, bob, "bob's", { orderKey: "k" });
    await queue.send({ userId: ann, queue: "others", payload: {}, options: { orderKey: "k" } });
    const worker = work({ concurrency: 2 });
    const others = work({ name: "others" });
    await Promise.all([worker.next(), worker.next(), others.next()]); // none has ended
    assert.deepEqual(worker.began.map(titleOf).sort(), ["ann's", "bob's"]);
  });

  queueTest(open, "a key's jobs keep apart and in order with two workers", async ({ queue, work }) => {
    for (let n = 0; n < 12; n += 1) await send(queue, ann, String(n), { orderKey: `k${n % 2}` });
    const workers = [work({ concurrency: 3 }), work({ concurrency: 3 })];
    const began: number[][] = [[], []];
    const running = [0, 0];
    const follow = async (worker: (typeof workers)[number]): Promise<never> => {
      for (;;) {
        const run = await worker.next();
        const key = Number(titleOf(run)) % 2;
        began[key]?.push(Number(titleOf(run)));
        running[key] = (running[key] ?? 0) + 1;
        assert.equal(running[key], 1, `key ${key} runs twice`);
        await tempt(queue);
        running[key] -= 1;
        run.finish();
        if (began.flat().length === 12) done.resolve();
      }
    };
    const done = Promise.withResolvers<void>();
    await Promise.race([done.promise, ...workers.map(follow)]);
    assert.deepEqual(began, [
      [0, 2, 4, 6, 8, 10],
      [1, 3, 5, 7, 9, 11],
    ]);
  });

  queueTest(
    open,
    "a thousand jobs of one user do not keep another's from running",
    async ({ queue, work }) => {
      await Promise.all(Array.from({ length: 1000 }, (_, n) => send(queue, ann, String(n))));
      const worker = work();
      await take(worker, 3);
      await worker.next(); // runs while bob's is sent
      await send(queue, bob, "bob's");
      worker.began.at(-1)?.finish();
      const next = await take(worker, 2);
      assert.ok(next.map(titleOf).includes("bob's"), "at most one of ann's began before it");
    },
  );

  queueTest(open, "users take turns, each one's jobs in order", async ({ queue, work }) => {
    const waiting: Record<string, number> = { ann: 9, bob: 2, cleo: 5, dan: 1 };
    for (const [userId, count] of Object.entries(waiting))
      for (let n = 0; n < count; n += 1) await send(queue, userId, `${userId} ${n}`);
    const runs = await take(work(), 17);
    assertTurns(runs, waiting);
    for (const userId of Object.keys(waiting)) {
      const own = runs.filter(({ job }) => job.userId === userId).map(({ job }) => job.id);
      assert.deepEqual(
        own,
        own.toSorted((a, b) => a - b),
      );
    }
  });

  queueTest(open, "a user's turn is not lost on jobs that an order key holds", async ({ queue, work }) => {
    await send(queue, ann, "k1", { orderKey: "k" });
    const worker = work({ concurrency: 2 });
    const k1 = await worker.next();
    for (const title of ["k2", "k3"]) await send(queue, ann, title, { orderKey: "k" });
    for (const title of ["b1", "b2", "b3"]) await send(queue, bob, title);
    assert.deepEqual((await take(worker, 3)).map(titleOf), ["b1", "b2", "b3"]);
    k1.finish();
    assert.deepEqual((await take(worker, 2)).map(titleOf), ["k2", "k3"]);
  });
}

/** Fails where somebody began two while another user had one waiting that did not begin between them. */
function assertTurns(runs: readonly Run[], counts: Readonly<Record<string, number>>): void {
  const left = { ...counts };
  const since = new Map<string, Set<string>>(); // by user: who has begun since this user's last one
  for (const [index, { job }] of runs.entries()) {
    const others = since.get(job.userId);
    for (const [userId, waiting] of Object.entries(left))
      if (others !== undefined && userId !== job.userId && waiting > 0)
        assert.ok(others.has(userId), `run ${index}: ${job.userId} began again before ${userId}`);
    for (const begun of since.values()) begun.add(job.userId);
    since.set(job.userId, new Set());
    left[job.userId] = (left[job.userId] ?? 0) - 1;
  }
}
