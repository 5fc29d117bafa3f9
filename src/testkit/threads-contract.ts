import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NewMessage, ThreadAt, ThreadMessage, Threads } from "../protocols/threads.ts";

const userId = "ada";
const stranger = "eve";

/** A message whose content says its id, unless told otherwise. */
const message = (id: string, more: Partial<NewMessage> = {}): NewMessage => ({
  id,
  role: "user",
  type: "message_text",
  content: `content of ${id}`,
  timestamp: "2026-02-03T04:05:06.070Z",
  ...more,
});

const ids = (messages: readonly ThreadMessage[]): readonly string[] => messages.map(({ id }) => id);

/** What every `Threads` does. `open` gives a fresh one; what it holds open is for the caller to close. */
export const threadsContract = (name: string, open: () => Promise<Threads>) =>
  describe(name, () => {
    const create = (threads: Threads, title = "A talk", id?: string) =>
      threads.createThread({ userId, title, model: "m", systemPrompt: "default", ...(id && { id }) });

    /** A thread holding these messages one below the other. */
    const talk = async (...messageIds: string[]): Promise<{ threads: Threads; at: ThreadAt }> => {
      const threads = await open();
      const at = { userId, threadId: await create(threads) };
      if (messageIds.length > 0)
        await threads.addMessages(
          at,
          messageIds.map((id) => message(id)),
        );
      return { threads, at };
    };

    test("a new thread is what it was made of", async () => {
      const threads = await open();
      const settings = { temperature: 0.2, seed: 7 };
      const made = { userId, title: "Plan a trip", model: "alpha", systemPrompt: "zero", settings };
      const threadId = await threads.createThread(made);
      const { created, updated, ...thread } = await threads.getThread({ userId, threadId });
      const { userId: _, ...expected } = made;
      assert.deepEqual(thread, { id: threadId, archived: false, ...expected });
      assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.equal(updated, created);
      const plain = await threads.getThread({ userId, threadId: await create(threads) });
      assert.deepEqual(plain.settings, {});
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
      const { threads, at } = await talk("a");
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

    test("the list is newest first, in pages, without archived threads unless they are asked for", async () => {
      const threads = await open();
      const made: string[] = [];
      for (const title of ["one", "two", "three", "four", "five"]) made.unshift(await create(threads, title));
      const list = async (options: Parameters<Threads["getThreads"]>[1]) =>
        (await threads.getThreads({ userId }, options)).map(({ title }) => title);
      assert.deepEqual(await list({}), ["five", "four", "three", "two", "one"]);
      await threads.addMessages({ userId, threadId: made[4] ?? "" }, [message("a")]);
      await threads.archiveThread({ userId, threadId: made[3] ?? "" });
      assert.deepEqual(await list({ limit: 2 }), ["five", "four"]);
      assert.deepEqual(await list({ limit: 2, before: made[1] ?? "" }), ["three", "one"]);
      assert.deepEqual(await list({ limit: 2, before: made[4] ?? "" }), []);
      assert.deepEqual(await list({ archived: true }), ["two"]);
      assert.deepEqual(await list({ limit: 0 }), []);
      await assert.rejects(list({ before: "missing" }), { code: "thread_not_found" });
      await assert.rejects(list({ limit: -1 }), { code: "bad_input" });
    });

    test("the list can be searched by title, whatever the case", async () => {
      const threads = await open();
      for (const title of ["Über den Wolken", "100% sure", "100 reasons", "ΣΊΣΥΦΟΣ"])
        await create(threads, title);
      const list = async (query: string) =>
        (await threads.getThreads({ userId }, { query })).map(({ title }) => title);
      assert.deepEqual(await list("üBER DEN"), ["Über den Wolken"]);
      assert.deepEqual(await list("100%"), ["100% sure"]);
      assert.deepEqual(await list("σίσυ"), ["ΣΊΣΥΦΟΣ"]);
      assert.deepEqual(await list("nowhere"), []);
    });

    test("messages come back as they were added, in order", async () => {
      const { threads, at } = await talk();
      const added: NewMessage[] = [
        message("a"),
        message("b", { role: "thinking", model: "m", turnId: "t" }),
        message("c", { role: "tool", type: "tool_update", callId: "call_9", turnId: "t" }),
        message("d", {
          role: "assistant",
          model: "m",
          turnId: "t",
          interrupted: true,
          meta: { cost: [1, null] },
        }),
      ];
      await threads.addMessages(at, added.slice(0, 1));
      await threads.addMessages(at, added.slice(1));
      assert.deepEqual(
        await threads.getThreadMessages(at),
        added.map((one, index) => ({ ...one, parentId: added[index - 1]?.id ?? null })),
      );
      assert.deepEqual(await threads.getMessage({ ...at, messageId: "c" }), { ...added[2], parentId: "b" });
      await assert.rejects(threads.getMessage({ ...at, messageId: "x" }), { code: "message_not_found" });
      const empty = await talk();
      assert.deepEqual(await empty.threads.getThreadMessages(empty.at), []);
    });

    test("a page holds the last messages, or those above one of them", async () => {
      const { threads, at } = await talk("a", "b", "c", "d", "e");
      const page = async (options: { limit?: number; before?: string }) =>
        ids(await threads.getThreadMessages(at, options));
      assert.deepEqual(await page({ limit: 2 }), ["d", "e"]);
      assert.deepEqual(await page({ limit: 2, before: "d" }), ["b", "c"]);
      assert.deepEqual(await page({ before: "c" }), ["a", "b"]);
      assert.deepEqual(await page({ limit: 9, before: "a" }), []);
      assert.deepEqual(await page({ limit: 0 }), []);
      await assert.rejects(page({ before: "x" }), { code: "message_not_found" });
      await assert.rejects(page({ limit: 1.5 }), { code: "bad_input" });
    });

    test("adding a message again changes nothing, and what is missing goes below what is there", async () => {
      const { threads, at } = await talk("a", "b");
      await threads.addMessages(at, [message("a", { content: "other" }), message("b")]);
      await threads.addMessages(at, [message("b")], { expectLeaf: "a" }); // a repeated call is not stale
      await threads.addMessages(at, [message("b"), message("c"), message("c"), message("d")]);
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b", "c", "d"]);
      assert.equal((await threads.getMessage({ ...at, messageId: "a" })).content, "content of a");
      await threads.addMessages(at, [message("b"), message("e")]);
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b", "e"]);
      await threads.addMessages(at, []);
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b", "e"]);
    });

    test("all messages of a call are added or none", async () => {
      const { threads, at } = await talk("a");
      const bad = { ...message("c"), content: Number.NaN } as unknown as NewMessage;
      await assert.rejects(threads.addMessages(at, [message("b"), bad]), { code: "bad_input" });
      await assert.rejects(threads.addMessages(at, [message("b")], { parentId: "x" }), {
        code: "message_not_found",
      });
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a"]);
    });

    test("whoever builds on something older than the end is told what the end is", async () => {
      const { threads, at } = await talk("a", "b");
      await assert.rejects(threads.addMessages(at, [message("c")], { expectLeaf: "a" }), (error) => {
        const { code, hint, details } = error as { code: string; hint: string; details: unknown };
        assert.deepEqual([code, details], ["stale", { leaf: "b" }]);
        assert.ok(hint.length > 0);
        return true;
      });
      await assert.rejects(threads.addMessages(at, [message("c")], { expectLeaf: null }), { code: "stale" });
      await threads.addMessages(at, [message("c")], { expectLeaf: "b" });
      await threads.addMessages(at, [message("d")], { expectLeaf: "c", parentId: "a" });
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "d"]);
      const empty = { userId, threadId: await create(threads) };
      await threads.addMessages(empty, [message("a")], { expectLeaf: null });
      assert.deepEqual(ids(await threads.getThreadMessages(empty)), ["a"]);
    });

    test("a new branch becomes the active one, and its first entry knows its siblings", async () => {
      const { threads, at } = await talk("a", "b", "c");
      await threads.addMessages(at, [message("b2"), message("c2")], { parentId: "a" });
      await threads.addMessages(at, [message("b3")], { parentId: "a" });
      const siblings = ["b", "b2", "b3"];
      assert.deepEqual(
        (await threads.getThreadMessages(at)).map((one) => [one.id, one.parentId, one.siblings]),
        [
          ["a", null, undefined],
          ["b3", "a", siblings],
        ],
      );
      assert.deepEqual((await threads.getMessage({ ...at, messageId: "b" })).siblings, siblings);
      assert.equal("siblings" in (await threads.getMessage({ ...at, messageId: "c2" })), false);
      await threads.addMessages(at, [message("c4")], { parentId: "b3" });
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b3", "c4"]);
      await threads.addMessages(at, [message("a2")], { parentId: null });
      assert.deepEqual(
        (await threads.getThreadMessages(at)).map((one) => one.siblings),
        [["a", "a2"]],
      );
      const page = threads.getThreadMessages(at, { before: "a" });
      await assert.rejects(page, { code: "message_not_found" });
    });

    test("any branch can be made active again, down to its newest end", async () => {
      const { threads, at } = await talk("a", "b", "c");
      await threads.addMessages(at, [message("c2")], { parentId: "b" });
      await threads.addMessages(at, [message("b2")], { parentId: "a" });
      const activate = async (messageId: string) => {
        await threads.activateBranch({ ...at, messageId });
        return ids(await threads.getThreadMessages(at));
      };
      assert.deepEqual(await activate("b"), ["a", "b", "c2"]);
      assert.deepEqual(await activate("c"), ["a", "b", "c"]);
      assert.deepEqual(await activate("c"), ["a", "b", "c"]);
      await threads.addMessages(at, [message("d")]);
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b", "c", "d"]);
      await threads.activateBranch({ ...at, messageId: "b2" });
      await assert.rejects(threads.addMessages(at, [message("e")], { expectLeaf: "d" }), { code: "stale" });
      await threads.addMessages(at, [message("e")], { expectLeaf: "b2" });
      assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a", "b2", "e"]);
      assert.deepEqual(ids(await threads.getThreadMessages(at, { limit: 1, before: "e" })), ["b2"]);
      assert.deepEqual(await activate("a"), ["a", "b2", "e"]);
      await assert.rejects(activate("x"), { code: "message_not_found" });
    });

    test("messages added side by side are all kept, each once, in one line", async () => {
      const { threads, at } = await talk();
      const all = Array.from({ length: 40 }, (_, index) => `m${index}`);
      const calls = all.flatMap((id) => [message(id), message(id)]);
      await Promise.all(calls.map((one) => threads.addMessages(at, [one])));
      const messages = await threads.getThreadMessages(at);
      assert.deepEqual(ids(messages).toSorted(), all.toSorted());
      assert.deepEqual(
        messages.map(({ parentId }) => parentId),
        [null, ...ids(messages).slice(0, -1)],
      );
      await Promise.all(all.map((id) => threads.addMessages(at, [message(`below ${id}`)], { parentId: id })));
      for (const id of all) {
        assert.equal((await threads.getMessage({ ...at, messageId: `below ${id}` })).parentId, id);
      }
    });

    test("only one of those who expect the same end gets in", async () => {
      const { threads, at } = await talk("a");
      const calls = ["b", "c", "d", "e"].map((id) =>
        threads.addMessages(at, [message(id)], { expectLeaf: "a" }),
      );
      const results = await Promise.allSettled(calls);
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of results)
        if (result.status === "rejected") assert.equal(result.reason.code, "stale");
      assert.equal((await threads.getThreadMessages(at)).length, 2);
    });

    test("a change touches only what is given", async () => {
      const { threads, at } = await talk("a");
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
      assert.equal((await threads.getThreads({ userId }, { query: "new" })).length, 1);
    });

    test("an archived thread is out of sight, and its messages stay readable", async () => {
      const { threads, at } = await talk("a");
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
      const { threads, at } = await talk("a");
      await threads.deleteThread(at);
      await assert.rejects(threads.getThread(at), { code: "thread_not_found" });
      await assert.rejects(threads.getThreadMessages(at), { code: "thread_not_found" });
      await assert.rejects(threads.deleteThread(at), { code: "thread_not_found" });
      assert.deepEqual(await threads.searchThreads({ userId, query: "content" }), []);
      await create(threads, "Again", at.threadId);
      assert.deepEqual(await threads.getThreadMessages(at), []);
    });

    test("search names the best message of each thread, or none where the title matches", async () => {
      const threads = await open();
      const add = async (title: string, ...contents: string[]) => {
        const threadId = await create(threads, title);
        const messages = contents.map((content, index) => message(`${threadId} ${index}`, { content }));
        await threads.addMessages({ userId, threadId }, messages);
        return threadId;
      };
      const vienna = await add(
        "Trip",
        "We could take the night train to Vienna.",
        "A train, then another train.",
      );
      const trains = await add("Trains of Europe", "Nothing about it.");
      await add("Cooking", "Soup.");
      const hits = await threads.searchThreads({ userId, query: "train" });
      assert.deepEqual(hits.map(({ thread }) => thread.id).toSorted(), [vienna, trains].toSorted());
      for (const { thread, messageId, snippet, marks } of hits) {
        assert.deepEqual(thread, await threads.getThread({ userId, threadId: thread.id }));
        if (thread.id === trains) assert.equal(messageId, undefined);
        else assert.ok(messageId?.startsWith(vienna));
        for (const [start, end] of marks) assert.match(snippet.slice(start, end), /^train/i);
        assert.ok(marks.length > 0);
      }
      const [deep] = await threads.searchThreads({ userId, query: "vienna" });
      assert.equal(deep?.messageId, `${vienna} 0`);
      assert.equal((await threads.searchThreads({ userId, query: "train", limit: 1 })).length, 1);
      assert.deepEqual(await threads.searchThreads({ userId, query: "  " }), []);
    });

    test("a thread full of hits does not hide the others", async () => {
      const { threads, at } = await talk();
      await threads.addMessages(
        at,
        Array.from({ length: 60 }, (_, index) => message(`m${index}`, { content: "needle" })),
      );
      const other = { userId, threadId: await create(threads) };
      await threads.addMessages(other, [message("far", { content: `needle ${"and hay ".repeat(40)}` })]);
      const hits = await threads.searchThreads({ userId, query: "needle", limit: 2 });
      assert.deepEqual(
        hits.map(({ thread }) => thread.id).toSorted(),
        [at.threadId, other.threadId].toSorted(),
      );
    });
  });
