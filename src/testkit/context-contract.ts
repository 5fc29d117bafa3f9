import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Context, ContextMessage } from "../protocols/context.ts";
import type { ChatMessage } from "../protocols/model.ts";
import type { NewMessage, ThreadAt, Threads } from "../protocols/threads.ts";

const userId = "ada";
const timestamp = "2026-02-03T04:05:06.070Z";

const entry = (id: string, role: NewMessage["role"], content: string, turnId?: string): NewMessage => ({
  id,
  role,
  type: role === "tool" ? "tool_update" : "message_text",
  content,
  timestamp,
  ...(turnId !== undefined && { turnId }),
});

const call = { id: "call_1", name: "sum", arguments: "{}" };

/** A round that calls a tool, and the tool's answer, as a processor adds them. */
const round = (
  id: string | undefined,
  content: string,
): readonly (ChatMessage & { readonly id?: string })[] => [
  {
    role: "assistant",
    content,
    tool_calls: [call],
    reasoning_content: "hm",
    ...(id !== undefined && { id }),
  },
  { role: "tool", tool_call_id: call.id, content: "7" },
];

/** What a message says, without its id, in one line. */
const line = ({ role, content }: ChatMessage): string => `${role}: ${content}`;

/** What every `Context` does. `open` gives a fresh one with the threads it reads. */
export const contextContract = (
  name: string,
  open: () => Promise<{ readonly threads: Threads; readonly context: Context }>,
) =>
  describe(name, () => {
    type Talk = {
      readonly threads: Threads;
      readonly context: Context;
      readonly at: ThreadAt;
      /** The context, a line a message. */
      readonly lines: () => Promise<readonly string[]>;
      readonly append: (entries: readonly NewMessage[], parentId?: string) => Promise<void>;
      readonly add: (
        messages: readonly (ChatMessage & { readonly id?: string })[],
      ) => Promise<readonly string[]>;
    };

    /** A thread with one question and its answer: `q1` and `a1`. */
    const talk = async (): Promise<Talk> => {
      const { threads, context } = await open();
      const threadId = await threads.createThread({
        userId,
        title: "t",
        model: "m",
        systemPrompt: "default",
      });
      const at = { userId, threadId };
      await threads.addMessages(at, [entry("q1", "user", "2+5?"), entry("a1", "assistant", "Seven", "t1")]);
      return {
        threads,
        context,
        at,
        lines: async () => (await context.getContext(at)).map(line),
        append: (entries, parentId) =>
          threads.addMessages(at, entries, parentId === undefined ? {} : { parentId }),
        add: async (messages) => {
          const ids: string[] = [];
          for (const message of messages) ids.push(await context.addMessage(at, message));
          return ids;
        },
      };
    };

    test("untouched, it is what users and assistants said, and nothing else", async () => {
      const { context, at, append } = await talk();
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
      const { context, at, append } = await talk();
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
      const { context, threads, at } = await talk();
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
      const { context, at, append, lines, add } = await talk();
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
      const { context, at, append, lines, add } = await talk();
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
      const { context, at, append, lines, add } = await talk();
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

    test("taking the reasoning out again removes its key and counts as a change", async () => {
      const { context, at, append, add } = await talk();
      await append([entry("q2", "user", "and then?")]);
      const [id = ""] = await add(round(undefined, ""));
      await context.updateMessage({ ...at, messageId: id }, { reasoning_content: null });
      const message = await context.getMessage({ ...at, messageId: id });
      assert.equal(message !== undefined && "reasoning_content" in message, false);
      assert.equal(await context.getMutationCount(at), 1);
    });

    test("changing a message changes it alone, and history not at all", async () => {
      const { context, threads, at, lines } = await talk();
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
      const { context, at, lines, add } = await talk();
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
      const { context, at, append, lines, add } = await talk();
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
      const { context, at, lines } = await talk();
      const count = await context.getMutationCount(at);
      const summary = (content: string): ChatMessage[] => [{ role: "user", content }];
      const late = ["one", "two", "three"].map((content) =>
        context.updateContext(at, summary(content), count),
      );
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
      const { context, at, lines, add } = await talk();
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
      const { context, at, lines } = await talk();
      await context.updateMessage({ ...at, messageId: "q1" }, { content: "?" });
      await context.invalidateContext(at);
      assert.deepEqual(await lines(), ["user: ?", "assistant: Seven"]);
    });

    test("each branch has its own context", async () => {
      const { context, threads, at, append, lines, add } = await talk();
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

    test("what is done side by side is all done, and all counted", async () => {
      const { context, at, lines, add } = await talk();
      const numbers = Array.from({ length: 12 }, (_, index) => String(index));
      await Promise.all(numbers.map((content) => add([{ role: "user", content }])));
      const ids = (await context.getContext(at)).slice(2).map(({ id }) => id);
      assert.deepEqual(
        (await lines()).slice(2).toSorted(),
        numbers.map((content) => `user: ${content}`).toSorted(),
      );
      await Promise.all(
        ids.map((messageId) => context.updateMessage({ ...at, messageId }, { content: "x" })),
      );
      assert.equal(await context.getMutationCount(at), numbers.length);
      assert.deepEqual(
        (await lines()).slice(2),
        numbers.map(() => "user: x"),
      );
    });
  });
