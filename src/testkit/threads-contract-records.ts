import assert from "node:assert/strict";
import { test } from "node:test";
import { given } from "../lib/given.ts";
import type { Threads } from "../protocols/threads.ts";
import { create, ids, message, stranger, talk, userId } from "./threads-contract-kit.ts";

/** Threads themselves: making, changing, archiving, deleting, and whose they are. */
export function threadsRecords(open: () => Promise<Threads>): void {
  test("a new thread is what it was made of", async () => {
    const threads = await open();
    const settings = { temperature: 0.2, seed: 7 };
    const planMode = { planner: "alpha", answerer: "beta", review: true };
    const made = { userId, title: "Plan a trip", model: "alpha", systemPrompt: "zero", settings, planMode };
    const threadId = await threads.createThread(made);
    const { created, updated, ...thread } = await threads.getThread({ userId, threadId });
    const { userId: _, ...expected } = made;
    assert.deepEqual(thread, { id: threadId, archived: false, pinned: false, ...expected });
    assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(updated, created);
    const plain = await threads.getThread({ userId, threadId: await create(threads) });
    assert.deepEqual(plain.settings, {});
  });

  test("a thread that is taken over from elsewhere keeps its times and its place in the list", async () => {
    const threads = await open();
    await create(threads, "New");
    const begun = { userId, model: "", systemPrompt: "default" };
    const [early, later, changed] = ["2019", "2020", "2021"].map((year) => `${year}-02-03T04:05:06.070Z`);
    const old = { userId, threadId: "old" };
    await threads.createThread({ ...begun, ...given({ created: later }), title: "Old", id: "old" });
    await threads.createThread({ ...begun, ...given({ created: early }), title: "Older", id: "older" });
    await threads.createThread({ ...begun, ...given({ created: later }), title: "Put away", archived: true });
    await threads.addMessages(old, [message("a")], { parentId: null, ...given({ time: changed }) });
    await threads.addMessages(old, [message("b")], { parentId: "a", ...given({ time: early }) });
    const listed = async (archived: boolean) =>
      (await threads.getThreads({ userId }, { archived })).map(({ title }) => title);
    assert.deepEqual(await listed(false), ["New", "Old", "Older"]);
    assert.deepEqual(await listed(true), ["Put away"]);
    const { created, updated } = await threads.getThread(old);
    assert.deepEqual([created, updated], [later, changed]);
    await threads.addMessages(old, [message("c")]);
    assert.notEqual((await threads.getThread(old)).updated, changed);
    assert.deepEqual(ids(await threads.getThreadMessages(old)), ["a", "b", "c"]);
    assert.deepEqual(
      (await threads.searchThreads({ userId, query: "content" })).map(({ thread }) => thread.id),
      ["old"],
    );
  });

  test("making a thread again with the same id changes nothing", async () => {
    const threads = await open();
    assert.equal(await create(threads, "First", "mine"), "mine");
    await threads.addMessages({ userId, threadId: "mine" }, [message("a")]);
    assert.equal(await create(threads, "Second", "mine"), "mine");
    assert.equal((await threads.getThread({ userId, threadId: "mine" })).title, "First");
    assert.deepEqual(ids(await threads.getThreadMessages({ userId, threadId: "mine" })), ["a"]);
  });

  test("somebody else's thread is answered like a missing one, by every call", async () => {
    const { threads, at } = await talk(open, "a");
    for (const place of [
      { ...at, userId: stranger },
      { ...at, threadId: "missing" },
    ]) {
      const calls: (() => Promise<unknown>)[] = [
        () => threads.getThread(place),
        () => threads.getThreadMessages(place),
        () => threads.getThreadMessages(place, { limit: 1, before: "a" }),
        () => threads.getMessage({ ...place, messageId: "a" }),
        () => threads.addMessages(place, [message("b")]),
        () => threads.addMessages(place, [message("b")], { parentId: "a" }),
        () => threads.addMessages(place, []),
        () => threads.activateBranch({ ...place, messageId: "a" }),
        () => threads.updateThread(place, { title: "Mine now" }),
        () => threads.updateThread(place, {}),
        () => threads.archiveThread(place),
        () => threads.deleteThread(place),
      ];
      for (const call of calls) await assert.rejects(call, { code: "thread_not_found" });
    }
    assert.deepEqual(await threads.getThreads({ userId: stranger }), []);
    assert.deepEqual(await threads.searchThreads({ userId: stranger, query: "content" }), []);
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a"]);
  });

  test("a change touches only what is given", async () => {
    const { threads, at } = await talk(open, "a");
    const before = await threads.getThread(at);
    const changed = async (changes: Parameters<Threads["updateThread"]>[1]) => {
      await threads.updateThread(at, changes);
      const { updated: _, ...thread } = await threads.getThread(at);
      return thread;
    };
    const { updated: _, ...same } = before;
    assert.deepEqual(await changed({}), same);
    assert.deepEqual(await changed({ title: "New" }), { ...same, title: "New" });
    const settings = { temperature: 1 };
    assert.deepEqual(await changed({ settings }), { ...same, title: "New", settings });
    assert.deepEqual(await changed({ archived: true }), {
      ...same,
      title: "New",
      settings,
      archived: true,
    });
    assert.deepEqual(await changed({ archived: false }), { ...same, title: "New", settings });
    assert.deepEqual(await changed({ pinned: true }), { ...same, title: "New", settings, pinned: true });
    assert.deepEqual(await changed({ pinned: false }), { ...same, title: "New", settings });
    assert.equal((await threads.getThreads({ userId }, { query: "new" })).length, 1);
  });

  test("a thread keeps who answers from now on, and whether it is planned", async () => {
    const { threads, at } = await talk(open);
    const planMode = { planner: "alpha", answerer: "beta" };
    const change = { model: "gamma", systemPrompt: "role:1", planMode };
    await threads.updateThread(at, change);
    const { model, systemPrompt, planMode: kept } = await threads.getThread(at);
    assert.deepEqual({ model, systemPrompt, planMode: kept }, change);
    await threads.updateThread(at, { title: "Another" });
    assert.deepEqual((await threads.getThread(at)).planMode, planMode);
    await threads.updateThread(at, { planMode: null });
    assert.equal("planMode" in (await threads.getThread(at)), false);
  });

  test("an archived thread is out of sight, and its messages stay readable", async () => {
    const { threads, at } = await talk(open, "a");
    await threads.archiveThread(at);
    await threads.archiveThread(at);
    assert.deepEqual(await threads.getThreads({ userId }), []);
    assert.deepEqual(await threads.searchThreads({ userId, query: "content" }), []);
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a"]);
    assert.equal((await threads.getThread(at)).archived, true);
    await threads.addMessages(at, [message("b")]);
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b"]);
  });

  test("a deleted thread is gone with its history", async () => {
    const { threads, at } = await talk(open, "a");
    await threads.deleteThread(at);
    await assert.rejects(threads.getThread(at), { code: "thread_not_found" });
    await assert.rejects(threads.getThreadMessages(at), { code: "thread_not_found" });
    await assert.rejects(threads.deleteThread(at), { code: "thread_not_found" });
    assert.deepEqual(await threads.searchThreads({ userId, query: "content" }), []);
    await create(threads, "Again", at.threadId);
    assert.deepEqual(await threads.getThreadMessages(at), []);
  });
}
