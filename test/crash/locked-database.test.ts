import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { type Entry, Refused } from "./api.ts";
import { withServer } from "./with-server.ts";
import { question } from "./wordy-upstream.ts";

/** Another program that takes the write lock of a database and keeps it until it is told to let go. */
async function holdLock(path: string): Promise<{ letGo(): Promise<void> }> {
  const code = `
    const { DatabaseSync } = require("node:sqlite");
    const { parentPort, workerData } = require("node:worker_threads");
    const database = new DatabaseSync(workerData, { timeout: 5000 });
    database.exec("begin immediate");
    parentPort.once("message", () => { database.exec("rollback"); database.close(); });
    parentPort.postMessage("held");`;
  const worker = new Worker(code, { eval: true, workerData: path });
  await once(worker, "message");
  return {
    async letGo() {
      const gone = once(worker, "exit");
      worker.postMessage("let go");
      await gone;
    },
  };
}

test("a database that another program locks for a moment makes a message wait", async () => {
  await withServer(async ({ api, folder }) => {
    const lock = await holdLock(`${folder.path}/skeleton.db`);
    const asked = api.begin("/api/v1/message", { content: question("patient", 2, 0) });
    const release = setTimeout(() => void lock.letGo(), 700);
    const { thread_id: threadId, message_id: messageId } = await asked;
    clearTimeout(release);
    const entries = await api.get<readonly Entry[]>(`/api/v1/threads/${threadId}/messages?details=true`);
    assert.equal(entries[0]?.id, messageId);
  });
});

test("one that stays locked is a clear 503, and all goes on afterwards", async () => {
  await withServer(async ({ api, folder }) => {
    const { thread_id: threadId } = await api.begin("/api/v1/message", { content: question("before", 2, 0) });
    const lock = await holdLock(`${folder.path}/skeleton.db`);
    try {
      await assert.rejects(
        api.begin("/api/v1/message", { content: question("locked", 2, 0) }),
        (error) => error instanceof Refused && error.status === 503 && /lock/i.test(error.detail),
      );
      const entries = await api.get<readonly Entry[]>(`/api/v1/threads/${threadId}/messages?details=true`);
      assert.ok(entries.length > 0, "what is there can be read all the while");
    } finally {
      await lock.letGo();
    }
    const { turn_id } = await api.begin("/api/v1/message", { content: question("after", 2, 0) });
    const events = await Array.fromAsync(api.watch(turn_id));
    assert.equal(events.at(-1)?.event, "stream_end");
  });
});
