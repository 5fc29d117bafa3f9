import assert from "node:assert/strict";
import { test } from "node:test";
import type { Threads } from "../protocols/threads.ts";
import { create, ids, message, talk, userId } from "./threads-contract-kit.ts";

/** Editing and regenerating: branches, the active one, and writers who build on what they saw. */
export function threadsBranches(open: () => Promise<Threads>): void {
  test("whoever builds on something older than the end is told what the end is", async () => {
    const { threads, at } = await talk(open, "a", "b");
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
    const { threads, at } = await talk(open, "a", "b", "c");
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
    const { threads, at } = await talk(open, "a", "b", "c");
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
    const { threads, at } = await talk(open);
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
    const { threads, at } = await talk(open, "a");
    const calls = ["b", "c", "d", "e"].map((id) =>
      threads.addMessages(at, [message(id)], { expectLeaf: "a" }),
    );
    const results = await Promise.allSettled(calls);
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    for (const result of results) if (result.status === "rejected") assert.equal(result.reason.code, "stale");
    assert.equal((await threads.getThreadMessages(at)).length, 2);
  });
}
