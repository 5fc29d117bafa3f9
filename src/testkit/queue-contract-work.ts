import assert from "node:assert/strict";
import type { Queue } from "../protocols/queue.ts";
import { ann, bob, queueTest, send, take, tempt, titleOf } from "./queue-contract-kit.ts";

const unused = async () => assert.fail("nothing was to run");

/** How jobs are run, tried again and shared, and how working ends. */
export function queueWork(open: () => Promise<Queue>): void {
  queueTest(open, "as many run at once as may, and no more", async ({ queue, work }) => {
    for (let n = 0; n < 7; n += 1) await send(queue, n % 2 === 0 ? ann : bob, String(n));
    const worker = work({ concurrency: 3 });
    for (let n = 0; n < 3; n += 1) await worker.next();
    for (let ended = 0; ended < 4; ended += 1) {
      await tempt(queue);
      assert.equal(worker.began.length, 3 + ended);
      worker.began[ended]?.finish();
      await worker.next();
    }
  });

  queueTest(
    open,
    "a run that lends its place lets another begin, and takes it back",
    async ({ queue, work }) => {
      for (const title of ["waits", "second", "third", "fourth"]) await send(queue, ann, title);
      const worker = work();
      const waits = await worker.next();
      const takeBack = waits.place.lend();
      const second = await worker.next();
      await tempt(queue);
      assert.equal(worker.began.length, 2, "one place is one place");
      takeBack();
      second.finish();
      await tempt(queue);
      assert.equal(worker.began.length, 2, "it runs again itself");
      waits.place.lend();
      const third = await worker.next();
      waits.finish();
      await tempt(queue);
      assert.equal(worker.began.length, 3, "what was lent is not lent on by a run that is over");
      third.finish();
      assert.equal(titleOf(await worker.next()), "fourth");
    },
  );

  queueTest(open, "a job that comes while nothing waits is run", async ({ queue, work }) => {
    const worker = work();
    for (const title of ["1", "2", "3"]) {
      await tempt(queue);
      await send(queue, ann, title);
      assert.deepEqual((await take(worker, 1)).map(titleOf), [title]);
    }
  });

  queueTest(open, "a job that throws is tried as often as it may be", async ({ queue, work }) => {
    await send(queue, ann, "thrice", { attempts: 3 });
    await send(queue, ann, "once");
    await send(queue, ann, "last");
    const worker = work();
    for (let n = 0; n < 4; n += 1) (await worker.next()).fail();
    await worker.next();
    assert.deepEqual(
      worker.began.map((run) => [titleOf(run), run.job.attempt]),
      [
        ["thrice", 1],
        ["thrice", 2],
        ["thrice", 3],
        ["once", 1],
        ["last", 1],
      ],
    );
    assert.equal(new Set(worker.began.slice(0, 3).map(({ job }) => job.id)).size, 1, "one id all along");
  });

  queueTest(open, "a job that is done has no more tries", async ({ queue, work }) => {
    await send(queue, ann, "done", { attempts: 5 });
    await send(queue, ann, "last");
    assert.deepEqual((await take(work(), 2)).map(titleOf), ["done", "last"]);
  });

  queueTest(open, "a run that throws before its promise fails the same way", async ({ queue }) => {
    const ending = new AbortController();
    const attempts: number[] = [];
    await send(queue, ann, "thrown", { attempts: 2 });
    await queue.work(
      "tasks",
      { concurrency: 1 },
      (job) => {
        attempts.push(job.attempt);
        if (attempts.length === 1) throw new Error("at once");
        ending.abort();
        return Promise.resolve();
      },
      ending.signal,
    );
    assert.deepEqual(attempts, [1, 2]);
  });

  queueTest(open, "ending the work aborts what runs, which is not a try", async ({ queue, work }) => {
    const id = await send(queue, ann, "cut short");
    const worker = work();
    const run = await worker.next();
    assert.equal(run.signal.aborted, false);
    await worker.stop();
    assert.equal(run.signal.aborted, true);
    const again = await work().next();
    assert.deepEqual([again.job.id, again.job.attempt], [id, 1]);
  });

  queueTest(open, "ending the work waits for its runs and begins no other", async ({ queue, work }) => {
    await send(queue, ann, "deaf");
    const worker = work({ deaf: true, concurrency: 2 });
    const run = await worker.next();
    let over = false;
    const stopped = worker.stop().then(() => {
      over = true;
    });
    await send(queue, ann, "next");
    await tempt(queue);
    assert.equal(over, false, "its run has not ended");
    run.finish();
    await stopped;
    assert.equal(worker.began.length, 1);
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["next"], "the run that resolved is done");
  });

  queueTest(open, "a signal that has aborted already runs nothing", async ({ queue, work }) => {
    await send(queue, ann, "waits");
    await queue.work("tasks", { concurrency: 1 }, unused, AbortSignal.abort());
    assert.deepEqual((await take(work(), 1)).map(titleOf), ["waits"]);
  });

  queueTest(open, "two works share a queue and no job is run twice", async ({ queue, work }) => {
    const ids = await Promise.all(
      Array.from({ length: 40 }, (_, n) => send(queue, n % 3 === 0 ? ann : bob, String(n))),
    );
    const ran: number[] = [];
    const done = Promise.withResolvers<void>();
    const follow = async (worker: ReturnType<typeof work>): Promise<never> => {
      for (;;) {
        const run = await worker.next();
        ran.push(run.job.id);
        if (ran.length === ids.length) done.resolve();
        run.finish();
      }
    };
    const workers = [work({ concurrency: 2 }), work({ concurrency: 3 })];
    await Promise.race([done.promise, ...workers.map(follow)]);
    await tempt(queue);
    assert.deepEqual(
      ran.toSorted((a, b) => a - b),
      ids.toSorted((a, b) => a - b),
    );
  });

  queueTest(open, "each work has a bound and an end of its own", async ({ queue, work }) => {
    for (const title of ["1", "2", "3"]) await send(queue, ann, title);
    const [left, right] = [work(), work()];
    const [one, two] = await Promise.all([left.next(), right.next()]); // both run
    await left.stop();
    assert.deepEqual([one.signal.aborted, two.signal.aborted], [true, false]);
    two.finish();
    const rest = await take(right, 2);
    assert.deepEqual(rest.map(titleOf), [titleOf(one), "3"], "what was cut short kept its place");
  });

  queueTest(open, "a bound or a name that is none is refused", async ({ queue }) => {
    const { signal } = new AbortController();
    for (const concurrency of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      await assert.rejects(queue.work("tasks", { concurrency }, unused, signal), { code: "bad_input" });
    await assert.rejects(queue.work("", { concurrency: 1 }, unused, signal), { code: "bad_input" });
  });

  queueTest(open, "shutting down ends every work; later calls say so", async ({ queue, work, context }) => {
    if (queue.shutdown === undefined) return context.skip("this queue has no `shutdown`");
    await send(queue, ann, "cut short");
    const [worker, idle] = [work(), work({ name: "others" })];
    const run = await worker.next();
    await queue.shutdown();
    assert.equal(run.signal.aborted, true);
    await Promise.all([worker.stop(), idle.stop()]);
    const { signal } = new AbortController();
    const closed = { code: "shutting_down" };
    await assert.rejects(send(queue, ann, "late"), closed);
    await assert.rejects(queue.work("tasks", { concurrency: 1 }, unused, signal), closed);
    await assert.rejects(queue.cancel({ userId: ann, id: run.job.id }), closed);
    await queue.shutdown();
  });
}
