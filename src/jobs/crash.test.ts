import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { durable } from "../../test/support/killed-server.ts";
import { mortalStore } from "../../test/support/mortal-store.ts";
import { endWork, openJobs, over, works } from "../../test/support/scripted-jobs.ts";
import {
  closeAll,
  newStore,
  opened,
  type Script,
  said,
  says,
  saysAndWaits,
  tokens,
  userId,
} from "../../test/support/scripted-turns.ts";
import type { Store } from "../protocols/store.ts";
import { type KeptJobs, memoryQueue } from "../testkit/memory-queue.ts";
import { countingIds, testClock } from "../testkit/test-host.ts";
import { until } from "../testkit/until.ts";

afterEach(async () => {
  await endWork();
  await closeAll();
});

type World = { readonly store: Store; readonly kept: KeptJobs; readonly newId: () => string };

const newWorld = (): World => ({
  store: newStore(),
  kept: { lastId: 0, jobs: new Map() },
  newId: countingIds(),
});

/**
 * A server that is killed.
 * @param after how many writes it lives for. Default: until `kill`.
 */
async function mortal(script: Script, { store, ...world }: World, after = Number.POSITIVE_INFINITY) {
  let left = after;
  const { store: own, died, kill } = mortalStore(store, () => left-- <= 0);
  const app = await openJobs(script, { store: own, ...world });
  const index = opened.length - 1;
  return {
    ...app,
    died,
    /** @returns what is left for the next one. */
    kill(): World {
      kill();
      opened.splice(index, 1);
      works.splice(0);
      return { store, newId: world.newId, kept: structuredClone(world.kept) };
    },
  };
}

const answers: Script = async function* ({ message }) {
  yield [tokens(`re: ${message.content}`)];
};

describe("a job whose worker is killed", () => {
  test("is answered by the next one, whichever write was the last", async () => {
    let killed = 0;
    for (let writesLeft = 0; ; writesLeft += 1) {
      assert.ok(writesLeft < 200, "it survives in the end");
      const world = newWorld();
      const app = await mortal(answers, world, writesLeft);
      const key = { threadId: "t", idempotencyKey: "k" };
      const running = app.submit(key).then(async ({ id }) => {
        app.work();
        await app.until(id, over);
      });
      const survived = await Promise.race([running.then(() => true), app.died.then(() => false)]);
      const next = await openJobs(answers, app.kill());
      const job = await next.submit(key); // its caller was not told, or asks again
      next.work();
      const done = await next.until(job.id, over);
      const where = `killed after ${writesLeft} writes`;
      assert.deepEqual([done.state, done.result], ["done", "re: Hi"], where);
      const texts = (await said(next, "t")).map(([, content]) => content);
      assert.deepEqual(texts, ["Hi", "re: Hi"], where);
      const [, answer] = await next.threads.getThreadMessages({ userId, threadId: "t" });
      const siblings = await Promise.all(
        (answer?.siblings ?? []).map((messageId) =>
          next.threads.getMessage({ userId, threadId: "t", messageId }),
        ),
      );
      assert.ok(siblings.filter(({ interrupted }) => !interrupted).length <= 1, where);
      assert.equal((await next.jobs.list({ userId })).length, 1, where);
      await endWork();
      await closeAll();
      if (survived) break;
      killed += 1;
    }
    assert.ok(killed >= 8, `${killed} places to die at`);
  });

  test("says what was heard of its answer as one that was cut short, beside the whole one", async () => {
    const app = await mortal(saysAndWaits("half ", "an answer"), newWorld());
    const { id, threadId } = await app.submit();
    app.work();
    await app.until(id, ({ turnId }) => turnId !== undefined);
    await durable(app.store, threadId, "an answer");
    const next = await openJobs(says("whole"), app.kill());
    next.work();
    assert.equal((await next.until(id, over)).result, "whole");
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "whole"],
    ]);
    const [, answer] = await next.threads.getThreadMessages({ userId, threadId });
    assert.equal(answer?.siblings?.length, 2);
  });

  test("is given up when it has taken three with it", async () => {
    let world = newWorld();
    let id = 0;
    for (let life = 1; life <= 3; life += 1) {
      const app = await mortal(saysAndWaits(`life ${life}`), world);
      if (id === 0) id = (await app.submit()).id;
      app.work();
      await app.until(id, ({ turnId, state }) => turnId !== undefined && state === "processing");
      world = app.kill();
    }
    const next = await openJobs(says("never"), world);
    next.work();
    const ended = await next.until(id, over);
    assert.deepEqual([ended.state, ended.errorCode], ["error", "worker_crashed"]);
  });

  test("has a record even where its sender died before it had made one", async () => {
    const { store, kept, newId } = newWorld();
    const queue = memoryQueue({ now: testClock().now, kept });
    const payload = { prompt: "Hi", threadId: "t", created: "2026-01-01T00:00:00.000Z" };
    await queue.send({ userId, queue: "jobs", payload });
    const next = await openJobs(answers, { store, kept: structuredClone(kept), newId });
    next.work();
    await until("it is a job", async () => (await next.jobs.list({ userId })).length);
    assert.equal((await next.until(1, over)).result, "re: Hi");
  });
});

describe("a server that stops", () => {
  test("gives its jobs back: they wait, and the next one runs them", async () => {
    const world = newWorld();
    const app = await openJobs(saysAndWaits("half"), world);
    const { id, threadId } = await app.submit();
    const { stop, ended } = app.work();
    await app.until(id, ({ turnId }) => turnId !== undefined);
    stop();
    await ended;
    assert.equal((await app.jobs.get({ userId, id })).state, "queued");
    await app.turns.shutdown(0);
    opened.pop();
    const next = await openJobs(says("whole"), world);
    next.work();
    const done = await next.until(id, over);
    assert.deepEqual([done.state, done.result, done.attempt], ["done", "whole", 1]);
    assert.deepEqual(await said(next, threadId), [
      ["user", "Hi"],
      ["assistant", "whole"],
    ]);
  });

  test("lets the turn of a job end, and the next one takes its answer, also one of another version", async () => {
    const world = newWorld();
    const go = Promise.withResolvers<void>();
    const app = await openJobs(async function* () {
      yield [tokens("slow")];
      await go.promise;
      yield [tokens(" answer")];
    }, world);
    const { id, threadId } = await app.submit();
    const { stop, ended } = app.work();
    await app.until(id, ({ turnId }) => turnId !== undefined);
    stop();
    await ended;
    const stopped = app.turns.shutdown(5_000);
    go.resolve();
    await stopped;
    opened.pop();
    // As if it had been of a version whose requests look different.
    const key = { userId, store: "idempotency_keys", id: `job→${id}` };
    await world.store.update(key, { request_hash: "another" });
    const next = await openJobs(says("another"), world);
    next.work();
    assert.equal((await next.until(id, over)).result, "slow answer");
    assert.equal((await said(next, threadId)).length, 2);
  });
});

test("a job waits for a person's turn in its thread", async () => {
  const go = Promise.withResolvers<void>();
  const app = await openJobs(async function* ({ message }) {
    if (message.content === "person") await go.promise;
    yield [tokens(`re: ${message.content}`)];
  });
  const { threadId } = await app.turns.start({ kind: "message", userId, content: "person" });
  const { id } = await app.submit({ threadId });
  app.work();
  await app.until(id, ({ state }) => state === "processing");
  go.resolve();
  assert.equal((await app.until(id, over)).state, "done");
  assert.deepEqual(
    (await said(app, threadId)).map(([, content]) => content),
    ["person", "re: person", "Hi", "re: Hi"],
  );
});
