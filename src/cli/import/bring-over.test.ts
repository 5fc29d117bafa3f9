import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { contextPlugin } from "../../core/context/plugin.ts";
import { threadsPlugin } from "../../core/threads/plugin.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import type { NewMessage, Threads } from "../../protocols/threads.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { bringOver, type Parts } from "./bring-over.ts";
import type { Stretch } from "./source.ts";

const store: CorePlugin<"store"> = { role: "store", name: "memory", create: (host) => memoryStore(host) };
const newParts = async (): Promise<Parts> => {
  const host = testHost({ plugins: [store, threadsPlugin, contextPlugin] });
  return { threads: await host.get("thread"), context: await host.get("context") };
};
const none = { contextsAdded: 0, contextsThere: 0 };

const userId = "ada";
const thread = (id: string) => ({
  ...{ id, userId, title: id, model: "m", systemPrompt: "default", archived: false },
  created: "2024-01-01T00:00:00.000Z",
  updated: "2024-02-02T00:00:00.000Z",
});
const message = (id: string): NewMessage => ({
  ...{ id, role: "user", type: "message_text", content: id },
  timestamp: "2024-01-01T00:00:00.000Z",
});

/** A thread in stretches, each the ids of its messages. */
async function* source(id: string, ...stretches: readonly (readonly string[])[]): AsyncGenerator<Stretch> {
  for (const [index, ids] of stretches.entries()) {
    const messages = ids.map(message);
    yield { thread: thread(id), messages, read: ids.length, last: index === stretches.length - 1 };
  }
}

const bring = (parts: Parts, ...stretches: readonly (readonly string[])[]) =>
  bringOver(parts, source("t", ...stretches), { dryRun: false });
const idsIn = async (threads: Threads) =>
  (await threads.getThreadMessages({ userId, threadId: "t" })).map(({ id }) => id);

test("stretches of a thread follow each other, and what is there is counted and left alone", async () => {
  const parts = await newParts();
  const { threads } = parts;
  const heard: number[] = [];
  const options = { dryRun: false, onProgress: (messages: number) => heard.push(messages) };
  const brought = await bringOver(parts, source("t", ["a", "b"], ["c"], []), options);
  assert.deepEqual(brought, {
    ...none,
    ...{ threadsAdded: 1, threadsThere: 0, messagesAdded: 3, messagesThere: 0 },
  });
  assert.deepEqual(heard, [2, 3, 3]);
  await threads.updateThread({ userId, threadId: "t" }, { title: "Mine now" });
  assert.deepEqual(await bring(parts, ["a"], ["b", "c"]), {
    ...none,
    ...{ threadsAdded: 0, threadsThere: 1, messagesAdded: 0, messagesThere: 3 },
  });
  assert.deepEqual(await idsIn(threads), ["a", "b", "c"]);
  assert.equal((await threads.getThread({ userId, threadId: "t" })).title, "Mine now");
});

test("what is missing goes where it belongs, whatever was said since", async () => {
  const parts = await newParts();
  const { threads } = parts;
  await bring(parts, ["a", "b"]);
  await threads.addMessages({ userId, threadId: "t" }, [message("mine")]);
  const { messagesAdded, messagesThere } = await bring(parts, ["a", "b"], ["c", "d"]);
  assert.deepEqual([messagesAdded, messagesThere], [2, 2]);
  assert.deepEqual(await idsIn(threads), ["a", "b", "c", "d"]);
  const { siblings } = await threads.getMessage({ userId, threadId: "t", messageId: "c" });
  assert.deepEqual(siblings, ["mine", "c"]);
});

test("a dry run counts the same and writes nothing", async () => {
  const parts = await newParts();
  const { threads } = parts;
  await bring(parts, ["a"]);
  const dry = await bringOver(parts, source("t", ["a", "b"]), { dryRun: true });
  assert.deepEqual(dry, {
    ...none,
    ...{ threadsAdded: 0, threadsThere: 1, messagesAdded: 1, messagesThere: 1 },
  });
  await bringOver(parts, source("u", ["a"]), { dryRun: true });
  assert.deepEqual(await idsIn(threads), ["a"]);
  assert.equal((await threads.getThreads({ userId })).length, 1);
});

test("few stretches are held, however many there are", async () => {
  const parts = await newParts();
  const { threads } = parts;
  let [begun, written, most] = [0, 0, 0];
  const slow: Threads = {
    ...threads,
    async addMessages(...given) {
      await setImmediate();
      await threads.addMessages(...given);
      written += 1;
    },
  };
  async function* many(): AsyncGenerator<Stretch> {
    for (let number = 0; number < 200; number += 1) {
      yield* source(`t${number}`, [`m${number}`]);
      begun += 1;
      most = Math.max(most, begun - written);
    }
  }
  const { threadsAdded } = await bringOver({ ...parts, threads: slow }, many(), { dryRun: false });
  assert.equal(threadsAdded, 200);
  assert.ok(most <= 16, `${most} were held`);
});

test("the first failure ends it, and the source is let go of", async () => {
  const parts = await newParts();
  const { threads } = parts;
  const full: Threads = {
    ...threads,
    addMessages: () => Promise.reject(Object.assign(new Error("full"), { code: "store_full" })),
  };
  let closed = false;
  async function* endless(): AsyncGenerator<Stretch> {
    try {
      for (let number = 0; ; number += 1) yield* source(`t${number}`, ["a"]);
    } finally {
      closed = true;
    }
  }
  await assert.rejects(bringOver({ ...parts, threads: full }, endless(), { dryRun: false }), {
    code: "store_full",
  });
  assert.ok(closed);
});

test("a context of its own comes over once, and not where somebody has gone on", async () => {
  const parts = await newParts();
  const context = [{ role: "user", content: "in short" } as const];
  async function* withContext(...ids: string[]): AsyncGenerator<Stretch> {
    for await (const stretch of source("t", ids)) yield { ...stretch, context };
  }
  const at = { userId, threadId: "t" };
  const counts = async (...ids: string[]) => {
    const { contextsAdded, contextsThere } = await bringOver(parts, withContext(...ids), { dryRun: false });
    return [contextsAdded, contextsThere];
  };
  const contents = async () => (await parts.context.getContext(at)).map(({ content }) => content);
  assert.deepEqual(await counts("a", "b"), [1, 0]);
  assert.deepEqual(await counts("a", "b"), [0, 1]);
  assert.deepEqual(await contents(), ["in short"]);
  await parts.context.regenerateContext(at);
  assert.deepEqual(await counts("a", "b"), [0, 1]);
  assert.deepEqual(await contents(), ["a", "b"]);

  const other = { userId, threadId: "u" };
  await bringOver(parts, source("u", ["a"]), { dryRun: false });
  await parts.threads.addMessages(other, [message("mine")]);
  const late = async function* (): AsyncGenerator<Stretch> {
    for await (const stretch of source("u", ["a"])) yield { ...stretch, context };
  };
  const { contextsThere } = await bringOver(parts, late(), { dryRun: false });
  assert.equal(contextsThere, 1);
  assert.equal(await parts.context.getMutationCount(other), 0);
});
