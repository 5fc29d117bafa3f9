import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { beforeEach, test } from "node:test";
import { emptyTables, sharedStore } from "../../../test/support/store-queue.ts";
import { leaseMs } from "../../lib/instance.ts";
import { testHost } from "../../testkit/test-host.ts";
import { endRun } from "./end-run.ts";
import { openLedger } from "./ledger.ts";
import { sendJob } from "./send-job.ts";
import { type JobRow, owner } from "./tables.ts";
import { buryMs, createWorker, type Worker } from "./worker.ts";

const store = await sharedStore();
beforeEach(() => emptyTables(store));

const job = {
  ...{ user: "ann", queue: "tasks", payload: "{}", priority: 0, attempts: 1, backoff: null, line: null },
  idempotencyKey: undefined,
};

/** Two workers as two processes have them, with a clock that both go by, and a job. */
async function twoWorkers() {
  const host = testHost({ newId: "real" });
  const ledgers = [await openLedger(store, host.now), await openLedger(store, host.now)] as const;
  const [one, other] = ledgers.map((ledger) => createWorker(host, store, ledger));
  assert.ok(one && other);
  await ledgers[0].change((draft) => sendJob(draft, job));
  return { host, ledger: ledgers[0], one, other };
}

/** Looks for dead ones, as in so long. @returns whether it found any. */
async function lookFor(ms: number, { buryDead }: Worker): Promise<boolean> {
  const found = [await buryDead()];
  for (let n = 0; n < ms / buryMs; n += 1) found.push(await buryDead());
  return found.includes(true);
}

const only = ([first, ...others]: readonly JobRow[]): JobRow => {
  assert.ok(first && others.length === 0);
  return first;
};

test("one that shows signs of life keeps its jobs, however long they take", async () => {
  const { host, one, other } = await twoWorkers();
  only((await one.take("tasks", 9)).jobs);
  for (let n = 0; n < 5; n += 1) {
    assert.equal(await lookFor(leaseMs - buryMs, other), false);
    host.clock.advance(1);
    await one.signOfLife();
  }
  assert.deepEqual((await other.take("tasks", 9)).jobs, []);
});

test("one keeps its jobs whatever another one's clock says", async () => {
  const { host, one, other } = await twoWorkers();
  only((await one.take("tasks", 9)).jobs);
  host.clock.advance(leaseMs * 9);
  assert.equal(await lookFor(leaseMs - buryMs, other), false);
});

test("one that is silent for a lease loses its jobs, and stops them when it hears of it", async () => {
  const { host, ledger, one, other } = await twoWorkers();
  const lost = only((await one.take("tasks", 9)).jobs);
  const run = { job: lost, stop: new AbortController() };
  one.runs.add(run);
  host.clock.advance(-leaseMs * 9); // what it says is of no account
  assert.equal(await lookFor(leaseMs, other), true);
  const again = only((await other.take("tasks", 9)).jobs);
  assert.deepEqual([again.id, again.attempt], [lost.id, 1]);

  await ledger.change((draft) => endRun(draft, { id: lost.id, worker: lost.place ?? "", outcome: "done" }));
  const at = { userId: owner, store: "queue_jobs", id: lost.id };
  assert.equal(
    (await store.get(at))?.place,
    again.place,
    "what the first one says of it is not heard any more",
  );
  assert.equal(run.stop.signal.aborted, false);
  await one.signOfLife();
  assert.equal(run.stop.signal.aborted, true);

  await ledger.change((draft) => sendJob(draft, job));
  assert.notEqual(only((await one.take("tasks", 9)).jobs).place, lost.place, "it goes on under another name");
});

test("one that hears of it by looking for a job takes none under its old name", async () => {
  const { one, other } = await twoWorkers();
  only((await one.take("tasks", 9)).jobs);
  await lookFor(leaseMs, other);
  assert.deepEqual((await one.take("tasks", 9)).jobs, []);
  assert.equal((await one.take("tasks", 9)).jobs.length, 1);
});

test("one whose process is gone is known to be dead at once", async () => {
  const { ledger, one, other } = await twoWorkers();
  const taken = only((await one.take("tasks", 9)).jobs);
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const gone = String(taken.place).replace(`:${process.pid}:`, `:${pid}:`);
  await ledger.change(async (draft) => {
    draft.workers.put({ id: gone, seen: draft.now });
    draft.jobs.put({ ...((await draft.jobs.get(taken.id)) ?? taken), place: gone });
  });
  assert.equal(await other.buryDead(), true);
  assert.equal(only((await other.take("tasks", 9)).jobs).id, taken.id);
});
