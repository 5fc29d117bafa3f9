import assert from "node:assert/strict";
import { test } from "node:test";
import type { Queue } from "../protocols/queue.ts";
import { type KeptJobs, memoryQueue } from "./memory-queue.ts";
import { queueContract } from "./queue-contract.ts";

const noon = Date.UTC(2030, 0, 1, 12);
const now = () => new Date(noon);

const keptBy = new WeakMap<Queue, KeptJobs>();
const openOn = async (kept: KeptJobs) => {
  const queue = memoryQueue({ now, kept });
  keptBy.set(queue, kept);
  return queue;
};

queueContract("the reference queue in memory", () => openOn({ lastId: 0, jobs: new Map() }), {
  reopen: (queue) => {
    const kept = keptBy.get(queue);
    assert.ok(kept);
    return openOn(structuredClone(kept));
  },
});

test("a job is forgotten a day after it is over, and a waiting one never", async () => {
  let time = noon;
  const kept: KeptJobs = { lastId: 0, jobs: new Map() };
  const queue = memoryQueue({ now: () => new Date(time), kept });
  const send = (idempotencyKey: string) =>
    queue.send({ userId: "ann", queue: "tasks", payload: {}, options: { idempotencyKey } });
  const over = await send("over");
  const waiting = await send("waiting");
  await queue.cancel({ userId: "ann", id: over });
  time += 24 * 60 * 60 * 1000;
  assert.equal(await send("over"), over);
  time += 1;
  assert.equal(await send("waiting"), waiting);
  assert.ok((await send("over")) > waiting);
  assert.equal(kept.jobs.size, 2);
});
