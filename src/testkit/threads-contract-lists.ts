import assert from "node:assert/strict";
import { test } from "node:test";
import type { Threads } from "../protocols/threads.ts";
import { create, message, talk, userId } from "./threads-contract-kit.ts";

/** Finding threads: the list and the search. */
export function threadsLists(open: () => Promise<Threads>): void {
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

  test("the list has pinned threads in their places, alone, or not at all, as it is asked for", async () => {
    const threads = await open();
    const made: string[] = [];
    for (const title of ["one", "two", "three", "four"]) made.push(await create(threads, title));
    const [one = "", two = "", three = ""] = made;
    const list = async (options: Parameters<Threads["getThreads"]>[1]) =>
      (await threads.getThreads({ userId }, options)).map(({ title }) => title);
    assert.deepEqual(await list({ pinned: true }), []);
    for (const threadId of [one, two, three])
      await threads.updateThread({ userId, threadId }, { pinned: true });
    await threads.updateThread({ userId, threadId: two }, { pinned: false });
    assert.deepEqual(await list({}), ["four", "three", "two", "one"]);
    assert.deepEqual(await list({ pinned: true }), ["three", "one"]);
    assert.deepEqual(await list({ pinned: true, before: three }), ["one"]);
    assert.deepEqual(await list({ pinned: false }), ["four", "two"]);
    await threads.archiveThread({ userId, threadId: three });
    assert.deepEqual(await list({ pinned: true }), ["one"]);
    assert.deepEqual(await list({ pinned: true, archived: true }), ["three"]);
  });

  test("the list can be searched by title, whatever the case", async () => {
    const threads = await open();
    for (const title of ["Über den Wolken", "100% sure", "100 reasons", "ΣΊΣΥΦΟΣ"])
      await create(threads, title);
    const list = async (query: string) =>
      (await threads.getThreads({ userId }, { query })).map(({ title }) => title);
    assert.deepEqual(await list("ÜBER DEN"), ["Über den Wolken"]);
    assert.deepEqual(await list("100%"), ["100% sure"]);
    assert.deepEqual(await list("ΣΊΣΥ"), ["ΣΊΣΥΦΟΣ"]);
    assert.deepEqual(await list("nowhere"), []);
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

  test("a snippet says with ... where the text was cut, and its marks still fit", async () => {
    const { threads, at } = await talk(open);
    const filler = "lorem ipsum ".repeat(40);
    await threads.addMessages(at, [message("long", { content: `${filler}needle ${filler}` })]);
    const [hit] = await threads.searchThreads({ userId, query: "needle" });
    assert.match(hit?.snippet ?? "", /^\.\.\.[^.].*needle.*[^.]\.\.\.$/s);
    assert.deepEqual(
      hit?.marks.map(([start, end]) => hit.snippet.slice(start, end)),
      ["needle"],
    );
  });

  test("a thread full of hits does not hide the others", async () => {
    const { threads, at } = await talk(open);
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
}
