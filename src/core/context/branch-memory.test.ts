import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { NewMessage, Threads } from "../../protocols/threads.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { countingIds, testClock, testHost } from "../../testkit/test-host.ts";
import { threadsPlugin } from "../threads/plugin.ts";
import { createBranchMemory } from "./branch-memory.ts";

const at = { userId: "ada", threadId: "t" };

const message = (id: string): NewMessage => ({
  id,
  role: "user",
  type: "message_text",
  content: `content of ${id}`,
  timestamp: "2026-01-01T00:00:00.000Z",
});

async function openThread(count: number) {
  const store = memoryStore({ now: testClock().now, newId: countingIds() });
  const host = testHost({ plugins: [threadsPlugin, { role: "store", name: "memory", create: () => store }] });
  const threads = await host.get("thread");
  await threads.createThread({ ...at, id: at.threadId, title: "", model: "m", systemPrompt: "" });
  await threads.addMessages(
    at,
    Array.from({ length: count }, (_, n) => message(`m${n}`)),
  );
  const reads: (number | undefined)[] = [];
  const watched: Threads = {
    ...threads,
    getThreadMessages(place, page) {
      reads.push(page?.limit);
      return threads.getThreadMessages(place, page);
    },
  };
  return { threads, watched, reads };
}

const ids = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id);

test("a branch that was read before is read on from its end", async () => {
  const { threads, watched, reads } = await openThread(100);
  const branch = createBranchMemory(watched);
  await branch(at);
  await threads.addMessages(at, [message("new")]);
  assert.deepEqual(ids(await branch(at)), ids(await threads.getThreadMessages(at)));
  assert.deepEqual(reads, [undefined, 32]);
});

test("a branch that grew by more than the end is read whole", async () => {
  const { threads, watched, reads } = await openThread(100);
  const branch = createBranchMemory(watched);
  await branch(at);
  await threads.addMessages(
    at,
    Array.from({ length: 60 }, (_, n) => message(`new${n}`)),
  );
  assert.equal((await branch(at)).length, 160);
  assert.deepEqual(reads, [undefined, 32, undefined]);
});

test("what does not fit is forgotten, the branch read longest ago first", async () => {
  const { watched, reads } = await openThread(100);
  const branch = createBranchMemory(watched, 500);
  await branch(at);
  await branch(at);
  assert.deepEqual(reads, [undefined, undefined]);
});

test("a thread that was erased is not answered from memory", async () => {
  const { threads, watched } = await openThread(100);
  const branch = createBranchMemory(watched);
  await branch(at);
  await threads.deleteThread(at);
  await assert.rejects(branch(at), { code: "thread_not_found" });
});

test("wherever the branch goes, the answer is that of the history", async () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 1, max: 40 }), under: fc.option(fc.nat()) }),
    fc.record({ activate: fc.nat() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { threads } = await openThread(50);
      const branch = createBranchMemory(threads);
      let count = 50;
      for (const one of steps) {
        if ("activate" in one) await threads.activateBranch({ ...at, messageId: `m${one.activate % count}` });
        else {
          const added = Array.from({ length: one.add }, () => message(`m${count++}`));
          const parentId = one.under === null ? undefined : `m${one.under % (count - one.add)}`;
          await threads.addMessages(at, added, parentId === undefined ? {} : { parentId });
        }
        assert.deepEqual(ids(await branch(at)), ids(await threads.getThreadMessages(at)));
      }
    }),
    { numRuns: 60 },
  );
});
