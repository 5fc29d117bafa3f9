import assert from "node:assert/strict";
import { test } from "node:test";
import type { MessagesPage, NewMessage, Threads } from "../protocols/threads.ts";
import { ids, message, talk } from "./threads-contract-kit.ts";

/** The history of one thread: what is added, and what is read. */
export function threadsMessages(open: () => Promise<Threads>): void {
  test("messages come back as they were added, in order", async () => {
    const { threads, at } = await talk(open);
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
    const empty = await talk(open);
    assert.deepEqual(await empty.threads.getThreadMessages(empty.at), []);
  });

  test("a page holds the last messages, or those above one of them", async () => {
    const { threads, at } = await talk(open, "a", "b", "c", "d", "e");
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

  test("a page holds what comes after a message, or what stands around it", async () => {
    const { threads, at } = await talk(open, "a", "b", "c", "d", "e");
    const page = async (options: MessagesPage) => ids(await threads.getThreadMessages(at, options));
    assert.deepEqual(await page({ after: "b", limit: 2 }), ["c", "d"]);
    assert.deepEqual(await page({ after: "c" }), ["d", "e"]);
    assert.deepEqual(await page({ after: "e", limit: 2 }), []);
    assert.deepEqual(await page({ around: "c", limit: 3 }), ["b", "c", "d"]);
    assert.deepEqual(await page({ around: "c", limit: 4 }), ["a", "b", "c", "d"]);
    assert.deepEqual(await page({ around: "c", limit: 1 }), ["c"]);
    assert.deepEqual(await page({ around: "a", limit: 4 }), ["a", "b"]);
    assert.deepEqual(await page({ around: "e", limit: 4 }), ["c", "d", "e"]);
    assert.deepEqual(await page({ around: "c" }), ["a", "b", "c", "d", "e"]);
    assert.deepEqual(await page({ around: "c", limit: 0 }), []);
    for (const side of ["after", "around"]) {
      await assert.rejects(page({ [side]: "x" }), { code: "message_not_found" });
    }
    await assert.rejects(page({ before: "b", after: "d" }), { code: "bad_input" });
    await assert.rejects(page({ around: "b", after: "d" }), { code: "bad_input" });
  });

  test("adding a message again changes nothing, and what is missing goes below what is there", async () => {
    const { threads, at } = await talk(open, "a", "b");
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
    const { threads, at } = await talk(open, "a");
    const bad = { ...message("c"), content: Number.NaN } as unknown as NewMessage;
    await assert.rejects(threads.addMessages(at, [message("b"), bad]), { code: "bad_input" });
    await assert.rejects(threads.addMessages(at, [message("b")], { parentId: "x" }), {
      code: "message_not_found",
    });
    assert.deepEqual(ids(await threads.getThreadMessages(at)), ["a"]);
  });
}
