/*
 * For tests: a process that sends jobs, or one that runs them. `node queue-child.ts send|work FOLDER [PREFIX]`
 *
 * What it does is noted in a file that all of them share, a line at a time and in the order in which it happened: what
 * `queue-notes.ts` reads. It says `ready` when it is about to begin.
 */
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { storeQueuePlugin } from "../../src/core/queue/plugin.ts";
import { openSqliteStore } from "../../src/core/stores/sqlite/sqlite-store.ts";
import { quietLog } from "../../src/core/stores/sqlite/test-setup.ts";
import type { Host } from "../../src/protocols/plugin.ts";
import type { Store } from "../../src/protocols/store.ts";
import { notesFile } from "./queue-notes.ts";

const [role, folder = "", prefix = ""] = process.argv.slice(2);
const note = (...words: readonly (string | number)[]) =>
  appendFileSync(join(folder, notesFile), `${words.join(" ")} ${process.pid}\n`);

const world = { now: () => new Date(), newId: () => crypto.randomUUID(), log: quietLog };
const store = await openSqliteStore({ path: join(folder, "skeleton.db"), ...world });
/** It notes that a job has left the queue once that is durable. */
const notingStore: Store = {
  ...store,
  async transaction(steps) {
    const results = await store.transaction(steps);
    for (const step of steps)
      if (step.op === "delete" && step.at.store === "queue_jobs") note("over", step.at.id);
    return results;
  },
};

// Not `testHost`: many of these processes are started, and it would be most of what they load.
const host = {
  ...world,
  get: async () => notingStore,
  background: (_name, task) => void task(new AbortController().signal),
} as Partial<Host> as Host;
const queue = await storeQueuePlugin.create(host, () => assert.fail("there is nothing below"));
process.stdout.write("ready\n");

if (role === "send") {
  for (let n = 0; ; n += 1) {
    const key = `${prefix}.${n}`;
    const [user, line] = [n % 5, n % 3 === 0 ? n % 4 : undefined];
    const options = { idempotencyKey: key, ...(line !== undefined && { orderKey: `line ${line}` }) };
    const payload = { key, line: `${user}/${line ?? key}` };
    // Twice, as one does who cannot know whether it was accepted.
    for (let again = 0; again < 2; again += 1)
      note("sent", await queue.send({ userId: `user ${user}`, queue: "tasks", payload, options }), key);
    await sleep(5);
  }
}

const ending = new AbortController();
process.on("SIGTERM", () => ending.abort());
await queue.work(
  "tasks",
  { concurrency: 4 },
  async ({ id, payload }) => {
    note("begin", id, String(payload.key), String(payload.line));
    await sleep(Math.random() * 30);
    note("end", id);
  },
  ending.signal,
);
await queue.shutdown?.();
await store.shutdown();
