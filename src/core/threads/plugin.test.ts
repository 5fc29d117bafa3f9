import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { CorePlugin } from "../../protocols/plugin.ts";
import type { SearchHit, Store } from "../../protocols/store.ts";
import type { NewMessage, Threads } from "../../protocols/threads.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { threadsContract } from "../../testkit/threads-contract.ts";
import { threadsPlugin } from "./plugin.ts";

const openOn = (store: Store): Promise<Threads> => {
  const plugin: CorePlugin<"store"> = { role: "store", name: "given", create: () => store };
  return testHost({ plugins: [plugin, threadsPlugin] }).get("thread");
};

let made = 0;
const newStore = () =>
  memoryStore({ now: () => new Date("2026-01-01T00:00:00.000Z"), newId: () => `record-${++made}` });

threadsContract("threads on the store in memory", async () => {
  const store = newStore();
  return { threads: await openOn(store), store };
});

const message = (id: string): NewMessage => ({
  id,
  role: "user",
  type: "message_text",
  content: id,
  timestamp: "2026-01-01T00:00:00.000Z",
});

/** The same store, and what was asked of it. */
function watched(store: Store): { store: Store; calls: string[] } {
  const calls: string[] = [];
  const proxy = new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as ((...parameters: unknown[]) => unknown) | undefined;
      if (method === undefined) return undefined;
      return (...parameters: unknown[]) => {
        calls.push(name === "transaction" ? `transaction of ${(parameters[0] as unknown[]).length}` : name);
        return method.apply(target, parameters);
      };
    },
  });
  return { store: proxy, calls };
}

/** Lets every other call of the store go first, so that two servers really get in each other's way. */
function slow(store: Store, steps: () => number): Store {
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = target[name] as ((...parameters: unknown[]) => unknown) | undefined;
      if (method === undefined) return undefined;
      return async (...parameters: unknown[]) => {
        for (let step = steps(); step > 0; step -= 1) await Promise.resolve();
        return method.apply(target, parameters);
      };
    },
  });
}

describe("threads on a store", () => {
  test("adding a message is one transaction, however many there are", async () => {
    const { store, calls } = watched(newStore());
    const threads = await openOn(store);
    const at = {
      userId: "ada",
      threadId: await threads.createThread({ userId: "ada", title: "", model: "", systemPrompt: "" }),
    };
    await threads.addMessages(at, [message("a")]);
    calls.length = 0;
    await threads.addMessages(at, [message("b")]);
    await threads.addMessages(at, [message("c")], { parentId: "b" });
    assert.deepEqual(
      calls.filter((call) => !/^(get|collection)/.test(call)),
      ["transaction of 2", "transaction of 2"],
    );
    await threads.addMessages(at, ["d", "e", "f"].map(message));
    assert.equal(calls.at(-1), "transaction of 4");
  });

  test("a page of a long thread is one read of its collection", async () => {
    const { store, calls } = watched(newStore());
    const threads = await openOn(store);
    const at = {
      userId: "ada",
      threadId: await threads.createThread({ userId: "ada", title: "", model: "", systemPrompt: "" }),
    };
    await threads.addMessages(
      at,
      Array.from({ length: 200 }, (_, index) => message(`m${index}`)),
    );
    calls.length = 0;
    await threads.getThreadMessages(at, { limit: 20 });
    assert.equal(calls.filter((call) => call === "collectionGet").length, 1);
  });

  test("the store is asked for the best hit of each thread, and they are told in its order", async () => {
    const store = newStore();
    const threads = await openOn(store);
    const made = { userId: "ada", title: "", model: "", systemPrompt: "" };
    for (const id of ["x", "y"]) await threads.createThread({ ...made, id });
    const hit = async (id: string, messageId?: string): Promise<SearchHit> => ({
      record: (await store.get({ userId: "ada", store: "threads", id })) ?? assert.fail(),
      field: messageId === undefined ? "title" : "messages.content",
      ...(messageId !== undefined && { item: { position: 0, item: { id: messageId, content: messageId } } }),
      snippet: messageId ?? "title",
      marks: [],
    });
    const hits = [await hit("y", "y1"), await hit("x")];
    store.fullTextSearch = async (_place, _query, page) => {
      assert.deepEqual(page, { limit: 50, perRecord: true, where: { archived: false } });
      return hits;
    };
    const found = await threads.searchThreads({ userId: "ada", query: "q" });
    assert.deepEqual(
      found.map(({ thread, messageId }) => [thread.id, messageId]),
      [
        ["y", "y1"],
        ["x", undefined],
      ],
    );
  });

  /** Calls of two servers on one store, each with a parent among `m0` ... or the end of the branch. */
  const call = fc.record({
    server: fc.nat(1),
    first: fc.nat(11),
    count: fc.integer({ min: 1, max: 3 }),
    below: fc.option(fc.nat(3)),
    activate: fc.option(fc.nat(11), { freq: 4 }),
  });

  test("servers that share a store lose, double and mix up nothing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 2, maxLength: 12 }),
        fc.infiniteStream(fc.nat(9)),
        async (calls, chance) => {
          const store = newStore();
          const pauses = () => Number(chance.next().value);
          const servers = [await openOn(slow(store, pauses)), await openOn(slow(store, pauses))] as const;
          const threads = await openOn(store);
          const made = { userId: "ada", title: "", model: "", systemPrompt: "" };
          const at = { userId: "ada", threadId: await threads.createThread(made) };
          const roots = ["r0", "r1", "r2", "r3"];
          await threads.addMessages(at, roots.map(message));
          await Promise.all(
            calls.map(async ({ server, first, count, below, activate }) => {
              const added = Array.from({ length: count }, (_, index) => message(`m${first}.${index}`));
              const parent = below === null ? {} : { parentId: `r${below}` };
              await (servers[server] ?? threads).addMessages(at, added, parent);
              if (activate === null) return;
              const chosen = { ...at, messageId: `m${first}.0` };
              await (servers[server] ?? threads).activateBranch(chosen);
            }),
          );
          // The collection itself: each id once, each parent before its child.
          const items = await store.collectionGet(
            { userId: "ada", store: "threads", id: at.threadId },
            "messages",
          );
          const kept = items.map(({ item }) => item as { id: string; parent_id: string | null });
          const expected = new Set([
            ...roots,
            ...calls.flatMap(({ first, count }) =>
              Array.from({ length: count }, (_, index) => `m${first}.${index}`),
            ),
          ]);
          assert.deepEqual(kept.map(({ id }) => id).toSorted(), [...expected].toSorted());
          // Every branch, as the segments tell it, is the chain that the entries themselves tell.
          const parents = new Map(kept.map(({ id, parent_id }) => [id, parent_id]));
          for (const { id } of kept) {
            await threads.activateBranch({ ...at, messageId: id });
            const path = await threads.getThreadMessages(at);
            assert.ok(path.some((one) => one.id === id));
            path.forEach((one, index) => {
              assert.equal(parents.get(one.id), path[index - 1]?.id ?? null);
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
