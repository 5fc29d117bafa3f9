import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { contextPlugin } from "../src/core/context/plugin.ts";
import { sqliteStorePlugin } from "../src/core/stores/sqlite/plugin.ts";
import { threadsPlugin } from "../src/core/threads/plugin.ts";
import { threadSchema, threadStore } from "../src/core/threads/thread-record.ts";
import { firstSegment } from "../src/core/threads/tree.ts";
import type { NewMessage } from "../src/protocols/threads.ts";
import { contextContract } from "../src/testkit/context-contract.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { threadsContract } from "../src/testkit/threads-contract.ts";
import { claimsContract } from "./support/claims-contract.ts";
import { sharedStore } from "./support/store-queue.ts";

const folder = mkdtempSync(join(tmpdir(), "skeleton-threads-"));
const shutdowns: (() => Promise<unknown>)[] = [];
let opened = 0;

async function openIn(name: string) {
  const host = testHost({
    config: { data_path: join(folder, name) },
    plugins: [sqliteStorePlugin, threadsPlugin, contextPlugin],
    newId: "real",
  });
  shutdowns.push(() => host.shutdown());
  const [threads, context] = [await host.get("thread"), await host.get("context")];
  return { host, threads, context, store: await host.get("store") };
}

const openFresh = () => openIn(String(++opened));

after(() => rmSync(folder, { recursive: true }));

describe("threads and context on SQLite", () => {
  afterEach(async () => {
    for (const shutdown of shutdowns.splice(0)) await shutdown();
  });

  threadsContract("threads", openFresh);
  contextContract("context", openFresh);

  test("threads that are older than pins are there, unpinned, and can be pinned", async () => {
    const { pinned: _, ...schema } = threadSchema;
    const userId = "ada";
    const before = testHost({ config: { data_path: join(folder, "older") }, plugins: [sqliteStorePlugin] });
    const store = await before.get("store");
    await store.createStoreIfNotExists(threadStore, schema);
    const old = { title: "Old", archived: false, listed: "1", segments: [firstSegment], length: 0 };
    const threadId = await store.add({ userId, store: threadStore }, old);
    await before.shutdown();

    const at = { userId, threadId };
    const { threads } = await openIn("older");
    assert.deepEqual(
      (await threads.getThreads(at, { pinned: false })).map(({ title }) => title),
      ["Old"],
    );
    assert.deepEqual(await threads.getThreads(at, { pinned: true }), []);
    await threads.updateThread(at, { pinned: true });
    assert.equal((await threads.getThread(at)).pinned, true);
    assert.deepEqual((await threads.getThreads(at, { pinned: true })).length, 1);
  });

  test("two servers on one file lose, double and mix up nothing", async () => {
    const [first, second] = [await openIn("shared"), await openIn("shared")];
    const userId = "ada";
    const threadId = await first.threads.createThread({ userId, title: "", model: "", systemPrompt: "" });
    const at = { userId, threadId };
    const message = (id: string): NewMessage => ({
      id,
      role: "user",
      type: "message_text",
      content: id,
      timestamp: "2026-01-01T00:00:00.000Z",
    });
    await first.threads.addMessages(at, [message("root")]);
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(
      numbers.map((number) => {
        const { threads } = number % 2 === 0 ? first : second;
        // Some go on, some begin a branch, and each third one is sent by both.
        const below = number % 4 === 1 ? { parentId: "root" } : {};
        return threads.addMessages(at, [message(`m${number - (number % 3 === 0 ? number % 2 : 0)}`)], below);
      }),
    );
    const ids = [...new Set(numbers.map((number) => `m${number - (number % 3 === 0 ? number % 2 : 0)}`))];
    for (const id of ids) {
      await second.threads.activateBranch({ ...at, messageId: id });
      const path = await first.threads.getThreadMessages(at);
      assert.ok(path.some((one) => one.id === id));
      assert.deepEqual(
        path.map(({ parentId }) => parentId),
        [null, ...path.slice(0, -1).map((one) => one.id)],
      );
    }
    const store = await first.host.get("store");
    const length = await store.collectionCount({ userId, store: "threads", id: threadId }, "messages");
    assert.equal(length, ids.length + 1);
  });
});

claimsContract("claims of turns on SQLite", await sharedStore());
