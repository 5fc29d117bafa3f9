import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openChat } from "../../../../test/support/command-chat.ts";

test("/help shows every command in order, with its arguments to be read as they are", async (context) => {
  const { text } = await openChat(context).run("/help");
  const lines = text.split("\n");
  assert.deepEqual(lines.slice(0, 2), ["Commands:", ""]);
  const written = lines.slice(2).map((line) => /^- `(.+?)`: \S/.exec(line)?.[1]);
  assert.deepEqual(written, [
    ...["/clear", "/models", "/model <model>", "/model:plan-mode <planner> <answerer> [review]"],
    ...["/model:plan-mode-off", "/roles", "/role <role>", "/clear_role", "/help"],
    ...["/new", "/prompt <key>", "/title <title>", "/rename <title>", "/retry [model]", "/stop"],
    ...["/export [md|json]", "/search <words>", "/archive"],
  ]);
});

test("/clear and /new begin a new chat and touch nothing", async (context) => {
  const { run, begin, thread } = openChat(context);
  const threadId = await begin("Hello");
  for (const text of ["/clear", "/new"])
    assert.deepEqual(await run(text, { threadId }), { text: "", effect: { kind: "new_chat" } });
  assert.equal((await thread(threadId)).archived, false);
});

test("what is about a thread says so where there is none", async (context) => {
  const { fault } = openChat(context);
  for (const text of ["/title A", "/rename A", "/retry", "/stop", "/export", "/archive"])
    assert.equal(await fault(text), "There is no thread here yet. Say something first.", text);
});

test("/title and /rename give it another title, as long as a title may be", async (context) => {
  const { run, fault, begin, thread } = openChat(context);
  const threadId = await begin("Hello");
  assert.deepEqual(await run("/title Bones  and *all* ", { threadId }), {
    text: "Title set to: Bones and \\*all\\*",
  });
  assert.equal((await thread(threadId)).title, "Bones  and *all*");
  await run(`/rename ${"x".repeat(500)}`, { threadId });
  assert.match(await fault(`/rename ${"y".repeat(501)}`, { threadId }), /500 characters at most/);
  assert.equal((await thread(threadId)).title, "x".repeat(500));
  assert.equal(await fault("/rename", { threadId }), "Usage: `/rename <title>`.");
});

describe("/retry", () => {
  test("asks for another answer to the last message, with what is chosen here", async (context) => {
    const { run, begin, began } = openChat(context);
    const threadId = await begin("Hello");
    assert.deepEqual(await run("/retry", { threadId }), {
      text: "",
      effect: { kind: "turn", started: { threadId, turnId: "turn", messageId: "message" } },
    });
    const planMode = { planner: "alpha-large", answerer: "beta-mini" };
    await run("/retry", { threadId, choice: { model: "alpha-large", systemPrompt: "pirate", planMode } });
    const again = { userId: "ada", threadId, kind: "regenerate" } as const;
    assert.deepEqual(
      began.map(({ messageId: _, ...request }: (typeof began)[number] & { messageId?: string }) => request),
      [again, { ...again, model: "alpha-large", systemPrompt: "pirate", planMode }],
    );
  });

  test("of a model that is named, which then answers by itself", async (context) => {
    const { run, fault, begin, began, suggested } = openChat(context);
    const threadId = await begin("Hello");
    await run("/retry BETA", { threadId, choice: { model: "alpha-large" } });
    assert.deepEqual([began[0]?.model, began[0]?.planMode], ["beta-mini", null]);
    assert.match(await fault("/retry gamma", { threadId }), /^There is no model "gamma"/);
    assert.equal(began.length, 1);
    assert.deepEqual(await suggested("/retry b", { threadId }), ["/retry beta-mini"]);
  });

  test("needs something to answer", async (context) => {
    const { fault, empty } = openChat(context);
    assert.match(await fault("/retry", { threadId: await empty() }), /^There is nothing to answer here\./);
  });
});

test("/stop stops what runs in the thread, and says when nothing does", async (context) => {
  const { run, fault, begin, stopped } = openChat(context, { running: { "thread-1": "turn-1" } });
  const threadId = await begin("Hello", { id: "thread-1" });
  assert.deepEqual(await run("/stop", { threadId }), { text: "" });
  assert.deepEqual(stopped, ["turn-1"]);
  const other = await begin("Hello");
  assert.equal(await fault("/stop", { threadId: other }), "No answer is being given here.");
});

test("/export gives the thread as Markdown or JSON", async (context) => {
  const { run, fault, begin, suggested } = openChat(context);
  const threadId = await begin("Hello", { id: "a/b" });
  const markdown = await run("/export", { threadId });
  assert.deepEqual(markdown, {
    text: "Exported as `thread-a_b.md`.",
    effect: {
      ...{ kind: "file", name: "thread-a_b.md", mediaType: "text/markdown" },
      content: "# Hello\n\n## You\n\nHello\n",
    },
  });
  assert.deepEqual(await run("/export MD", { threadId }), markdown);
  const { effect } = await run("/export json", { threadId });
  assert.ok(effect?.kind === "file" && effect.mediaType === "application/json");
  const { title, messages } = JSON.parse(effect.content) as {
    title: string;
    messages: { content: string }[];
  };
  assert.deepEqual([title, messages.map(({ content }) => content)], ["Hello", ["Hello"]]);
  assert.equal(
    await fault("/export pdf", { threadId }),
    'There is no format "pdf". There are `md` and `json`.',
  );
  assert.deepEqual(await suggested("/export "), ["/export md", "/export json"]);
});

test("/search tells what it found, and whoever has a search of its own can show it", async (context) => {
  const { run, fault, begin } = openChat(context);
  const threadId = await begin("The *hyoid* bone");
  await begin("Nothing of the kind");
  const { text, effect } = await run("/search hyoid");
  assert.deepEqual(effect, { kind: "search", query: "hyoid" });
  assert.match(text, /^Found in these threads:\n\n1\. The \\\*hyoid\\\* bone \(`.+`\)/);
  assert.ok(text.includes(`\`${threadId}\``));
  assert.equal((await run("/search patella")).text, "Nothing found for: patella");
  assert.match(await fault(`/search ${"x".repeat(501)}`), /500 characters at most/);
});

test("/archive puts the thread away and goes on with a new chat", async (context) => {
  const { run, begin, thread } = openChat(context);
  const threadId = await begin("Hello");
  assert.deepEqual(await run("/archive", { threadId }), { text: "Archived.", effect: { kind: "new_chat" } });
  assert.equal((await thread(threadId)).archived, true);
});

test("a command that takes nothing is not mistaken for a message that begins like it", async (context) => {
  const { fault } = openChat(context);
  assert.equal(
    await fault("/help me with my homework"),
    "`/help` takes no argument. Leave it out; a message that begins like this has a blank before its slash.",
  );
});
