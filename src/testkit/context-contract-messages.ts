import assert from "node:assert/strict";
import { test } from "node:test";
import { entry, type Open, round, talk, userId } from "./context-contract-kit.ts";

/** What the model sees: the active branch, and what was added to it. */
export function contextMessages(open: Open): void {
  test("untouched, it is what users and assistants said, and nothing else", async () => {
    const { context, at, append } = await talk(open);
    await append([
      entry("q2", "user", "and 3+4?"),
      entry("h2", "thinking", "add them up", "t2"),
      entry("l2", "tool", "✅ sum: 7", "t2"),
      entry("a2", "assistant", "Seven again", "t2"),
    ]);
    assert.deepEqual(await context.getContext(at), [
      { id: "q1", role: "user", content: "2+5?" },
      { id: "a1", role: "assistant", content: "Seven" },
      { id: "q2", role: "user", content: "and 3+4?" },
      { id: "a2", role: "assistant", content: "Seven again" },
    ]);
    assert.equal(await context.getMutationCount(at), 0);
  });

  test("an answer that was interrupted by thoughts is one message", async () => {
    const { context, at, append } = await talk(open);
    await append([
      entry("q2", "user", "go on"),
      entry("a2", "assistant", "First", "t2"),
      entry("h2", "thinking", "hm", "t2"),
      entry("b2", "assistant", " and second", "t2"),
      entry("a3", "assistant", "another turn", "t3"),
    ]);
    assert.deepEqual((await context.getContext(at)).slice(3), [
      { id: "a2", role: "assistant", content: "First and second" },
      { id: "a3", role: "assistant", content: "another turn" },
    ]);
    await context.addMessage(at, { id: "a2", role: "assistant", content: "First and second" });
    assert.equal((await context.getContext(at)).length, 5);
  });

  test("a thread that is missing, erased or somebody else's is not found, by every call", async () => {
    const { context, threads, at } = await talk(open);
    const missing = { userId, threadId: "missing" };
    const deleted = await threads.createThread({ userId, title: "t", model: "m", systemPrompt: "default" });
    await context.addMessage({ userId, threadId: deleted }, { role: "user", content: "secret" });
    await threads.deleteThread({ userId, threadId: deleted });
    for (const place of [missing, { userId, threadId: deleted }, { ...at, userId: "eve" }]) {
      const calls: (() => Promise<unknown>)[] = [
        () => context.getContext(place),
        () => context.getMutationCount(place),
        () => context.addMessage(place, { role: "user", content: "x" }),
        () => context.getMessage({ ...place, messageId: "q1" }),
        () => context.updateMessage({ ...place, messageId: "q1" }, { content: "x" }),
        () => context.removeMessages({ ...place, messageIds: ["q1"] }),
        () => context.updateContext(place, []),
        () => context.regenerateContext(place),
        () => context.invalidateContext(place),
      ];
      for (const ask of calls) await assert.rejects(ask, { code: "thread_not_found" });
    }
    await threads.createThread({ userId, id: deleted, title: "t", model: "m", systemPrompt: "default" });
    assert.deepEqual(await context.getContext({ userId, threadId: deleted }), []);
    assert.equal((await context.getContext(at)).length, 2);
  });

  test("a message that history has is there once, however and whenever it is added", async () => {
    const { context, at, append, lines, add } = await talk(open);
    assert.equal(await context.addMessage(at, { id: "q1", role: "user", content: "2+5?" }), "q1");
    await add([{ id: "q2", role: "user", content: "early" }]);
    assert.deepEqual(await lines(), ["user: 2+5?", "assistant: Seven", "user: early"]);
    await append([entry("q2", "user", "early"), entry("a2", "assistant", "yes", "t2")]);
    await add([{ id: "a2", role: "assistant", content: "yes" }]);
    assert.deepEqual(await lines(), ["user: 2+5?", "assistant: Seven", "user: early", "assistant: yes"]);
    await add([{ id: "q2", role: "user", content: "rewritten by a hook" }]);
    await add([{ id: "q2", role: "user", content: "rewritten by a hook" }]);
    assert.deepEqual((await lines())[2], "user: rewritten by a hook");
    assert.equal((await lines()).length, 4);
    assert.equal(await context.getMutationCount(at), 0);
  });

  test("a message without an entry gets an id, can be read by it, and keeps its place", async () => {
    const { context, at, append, lines, add } = await talk(open);
    const [id = ""] = await add([{ role: "system", content: "be brief" }]);
    assert.ok(id.length > 0);
    await append([entry("q2", "user", "next")]);
    assert.deepEqual(await lines(), ["user: 2+5?", "assistant: Seven", "system: be brief", "user: next"]);
    assert.deepEqual(await context.getMessage({ ...at, messageId: id }), {
      id,
      role: "system",
      content: "be brief",
    });
    assert.equal((await context.getMessage({ ...at, messageId: "a1" }))?.content, "Seven");
    assert.equal(await context.getMessage({ ...at, messageId: "x" }), undefined);
  });

  const rounds = [
    "user: 2+5?",
    "assistant: Seven",
    "user: and then?",
    "assistant: Let me see, and look",
    "tool: 7",
    "assistant: ",
    "tool: 7",
    "assistant: It is 7.",
  ];

  test("tool rounds stand in order, before their entries are in the history and after", async () => {
    const { context, at, append, lines, add } = await talk(open);
    await append([entry("q2", "user", "and then?")]);
    await add([{ id: "q2", role: "user", content: "and then?" }]);
    await add(round("t2.0", "Let me see, and look"));
    await add(round(undefined, ""));
    await add([{ id: "t2.4", role: "assistant", content: "It is 7." }]);
    assert.deepEqual(await lines(), rounds);
    await append([
      entry("t2.0", "assistant", "Let me see,", "t2"),
      entry("t2.1", "thinking", "hm", "t2"),
      entry("t2.2", "assistant", " and look", "t2"),
      entry("t2.3", "tool", "✅ sum: 7", "t2"),
      entry("t2.4", "assistant", "It is 7.", "t2"),
    ]);
    assert.deepEqual(await lines(), rounds);
    assert.equal(await context.getMutationCount(at), 0);
    await append([entry("q3", "user", "thanks")]);
    assert.deepEqual(await lines(), [...rounds, "user: thanks"]);
    const first = await context.getMessage({ ...at, messageId: "t2.0" });
    assert.deepEqual(first, { id: "t2.0", ...round("t2.0", "Let me see, and look")[0] });
  });

  test("each branch has its own context", async () => {
    const { context, threads, at, append, lines, add } = await talk(open);
    await append([entry("q2", "user", "and then?")]);
    await add(round(undefined, ""));
    await add([{ id: "t2.1", role: "assistant", content: "first try" }]);
    await append([entry("t2.0", "tool", "✅", "t2"), entry("t2.1", "assistant", "first try", "t2")]);
    const first = await lines();
    await append([entry("t3.0", "assistant", "second try", "t3")], "q2");
    const start = ["user: 2+5?", "assistant: Seven", "user: and then?"];
    assert.deepEqual(await lines(), [...start, "assistant: second try"]);
    await context.updateContext(at, [{ role: "user", content: "short" }]);
    await threads.activateBranch({ ...at, messageId: "t2.1" });
    assert.deepEqual(await lines(), first);
    assert.deepEqual(first, [...start, "assistant: ", "tool: 7", "assistant: first try"]);
    await append([entry("p1", "user", "something else")], "a1");
    assert.deepEqual(await lines(), ["user: 2+5?", "assistant: Seven", "user: something else"]);
    await threads.activateBranch({ ...at, messageId: "t3.0" });
    assert.deepEqual(await lines(), ["user: short"]);
  });
}
