import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContextMessage } from "../protocols/context.ts";
import type { ChatMessage } from "../protocols/model.ts";
import { entry, line, type Open, round, talk } from "./context-contract-kit.ts";

/** Changing what the model sees, and counting it. */
export function contextChanges(open: Open): void {
  test("taking the reasoning out again removes its key and counts as a change", async () => {
    const { context, at, append, add } = await talk(open);
    await append([entry("q2", "user", "and then?")]);
    const [id = ""] = await add(round(undefined, ""));
    await context.updateMessage({ ...at, messageId: id }, { reasoning_content: null });
    const message = await context.getMessage({ ...at, messageId: id });
    assert.equal(message !== undefined && "reasoning_content" in message, false);
    assert.equal(await context.getMutationCount(at), 1);
  });

  test("changing a message changes it alone, and history not at all", async () => {
    const { context, threads, at, lines } = await talk(open);
    await context.updateMessage({ ...at, messageId: "q1" }, { content: "Two and five?" });
    await context.updateMessage({ ...at, messageId: "a1" }, { reasoning_content: "easy" });
    assert.deepEqual(await lines(), ["user: Two and five?", "assistant: Seven"]);
    assert.equal((await threads.getThreadMessages(at))[0]?.content, "2+5?");
    assert.equal(await context.getMutationCount(at), 2);
    const wrong = context.updateMessage({ ...at, messageId: "x" }, { content: "" });
    await assert.rejects(wrong, { code: "message_not_found" });
    const silly = context.updateMessage({ ...at, messageId: "q1" }, { reasoning_content: "hm" });
    await assert.rejects(silly, { code: "bad_input" });
    assert.equal(await context.getMutationCount(at), 2);
  });

  test("removing counts once a call, and only where something was removed", async () => {
    const { context, at, lines, add } = await talk(open);
    const [id = ""] = await add([{ role: "user", content: "noise" }]);
    assert.equal(await context.removeMessages({ ...at, messageIds: ["x"] }), false);
    assert.equal(await context.getMutationCount(at), 0);
    assert.equal(await context.removeMessages({ ...at, messageIds: ["a1", id, "x"] }), true);
    assert.deepEqual(await lines(), ["user: 2+5?"]);
    assert.equal(await context.removeMessages({ ...at, messageIds: ["a1", id] }), false);
    assert.equal(await context.getMutationCount(at), 1);
    const gone = context.updateMessage({ ...at, messageId: "a1" }, { content: "back" });
    await assert.rejects(gone, { code: "message_not_found" });
  });

  test("a new context stands for everything so far, and what is said later follows", async () => {
    const { context, at, append, lines, add } = await talk(open);
    await add([{ id: "a2", role: "assistant", content: "not in the history yet" }]);
    await context.updateContext(at, [
      { role: "system", content: "they added" },
      { id: "a1", role: "assistant", content: "7" },
    ]);
    assert.deepEqual(await lines(), ["system: they added", "assistant: 7"]);
    assert.equal(await context.getMutationCount(at), 1);
    assert.ok((await context.getContext(at)).every(({ id }) => id.length > 0));
    await add([{ role: "user", content: "aside" }]);
    await append([entry("a2", "assistant", "not in the history yet"), entry("q2", "user", "next")]);
    await add([{ id: "q2", role: "user", content: "next" }]);
    const expected = ["system: they added", "assistant: 7", "user: aside", "user: next"];
    assert.deepEqual(await lines(), expected);
    await context.updateMessage({ ...at, messageId: "a1" }, { content: "VII" });
    assert.deepEqual(await lines(), expected.with(1, "assistant: VII"));
    await context.updateContext(at, []);
    assert.deepEqual(await lines(), []);
    const twice: ContextMessage[] = [1, 2].map(() => ({ id: "x", role: "user", content: "" }));
    await assert.rejects(context.updateContext(at, twice), { code: "bad_input" });
    assert.equal(await context.getMutationCount(at), 3);
  });

  test("work in the background gives way when the context was changed meanwhile", async () => {
    const { context, at, lines } = await talk(open);
    const count = await context.getMutationCount(at);
    const summary = (content: string): ChatMessage[] => [{ role: "user", content }];
    const late = ["one", "two", "three"].map((content) => context.updateContext(at, summary(content), count));
    const results = await Promise.allSettled(late);
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
    for (const result of results)
      if (result.status === "rejected") assert.equal(result.reason.code, "conflict");
    const before = await lines();
    await assert.rejects(context.updateContext(at, summary("four"), count), { code: "conflict" });
    assert.deepEqual(await lines(), before);
    await context.updateContext(at, summary("five"), count + 1);
    assert.deepEqual(await lines(), ["user: five"]);
  });

  test("regenerating forgets what was done, and the count does not go back", async () => {
    const { context, at, lines, add } = await talk(open);
    assert.deepEqual((await context.regenerateContext(at)).map(line), ["user: 2+5?", "assistant: Seven"]);
    assert.equal(await context.getMutationCount(at), 0);
    await add(round(undefined, "look"));
    await context.updateMessage({ ...at, messageId: "q1" }, { content: "?" });
    assert.deepEqual((await context.regenerateContext(at)).map(line), ["user: 2+5?", "assistant: Seven"]);
    assert.equal(await context.getMutationCount(at), 2);
    await context.regenerateContext(at);
    assert.equal(await context.getMutationCount(at), 2);
    await context.removeMessages({ ...at, messageIds: ["q1"] });
    assert.deepEqual(await lines(), ["assistant: Seven"]);
    assert.equal(await context.getMutationCount(at), 3);
  });

  test("what is forgotten in memory is still stored", async () => {
    const { context, at, lines } = await talk(open);
    await context.updateMessage({ ...at, messageId: "q1" }, { content: "?" });
    await context.invalidateContext(at);
    assert.deepEqual(await lines(), ["user: ?", "assistant: Seven"]);
  });

  test("what is done side by side is all done, and all counted", async () => {
    const { context, at, lines, add } = await talk(open);
    const numbers = Array.from({ length: 12 }, (_, index) => String(index));
    await Promise.all(numbers.map((content) => add([{ role: "user", content }])));
    const ids = (await context.getContext(at)).slice(2).map(({ id }) => id);
    assert.deepEqual(
      (await lines()).slice(2).toSorted(),
      numbers.map((content) => `user: ${content}`).toSorted(),
    );
    await Promise.all(ids.map((messageId) => context.updateMessage({ ...at, messageId }, { content: "x" })));
    assert.equal(await context.getMutationCount(at), numbers.length);
    assert.deepEqual(
      (await lines()).slice(2),
      numbers.map(() => "user: x"),
    );
  });
}
