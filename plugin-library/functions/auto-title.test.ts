import assert from "node:assert/strict";
import { test } from "node:test";
import { conversation, type Script } from "../../test/support/conversation.ts";
import autoTitle from "./auto-title.ts";

async function after(script: Script, texts: readonly string[], title?: string) {
  const said = await conversation(script, texts, title);
  autoTitle.start(said.host);
  const answer = { role: "assistant", content: texts.at(-1) ?? "" } as const;
  return {
    ...said,
    postCall: () => autoTitle.postCall(answer, said.place),
    title: async () => (await said.threads.getThread(said.at)).title,
  };
}

const question = "How do I bake bread without yeast, and what do I need for that at home?";

test("after the first answer a conversation has the model's title", async () => {
  const { postCall, settled, title, requests } = await after(
    () => "Bread without yeast",
    [question, "With soda."],
    `${question.slice(0, 50)}...`,
  );
  assert.equal(postCall(), undefined);
  await settled();
  assert.equal(await title(), "Bread without yeast");
  assert.equal(requests[0]?.model, "m");
  assert.match(requests[0]?.messages[1]?.content ?? "", /bake bread.*With soda\./s);
});

test("what models put around a title is taken off, and it is cut", async () => {
  const answers = {
    '  "Bread without yeast."\nI chose this because': "Bread without yeast",
    "# Title: **Bread**": "Bread",
    [`„Brot ${"x".repeat(100)}“`]: `Brot ${"x".repeat(54)}…`,
  };
  for (const [answer, expected] of Object.entries(answers)) {
    const { postCall, settled, title } = await after(() => answer, ["Bread?", "Yes."]);
    postCall();
    await settled();
    assert.equal(await title(), expected);
  }
});

test("a title that somebody gave stays, before it is asked and meanwhile", async () => {
  const before = await after(() => "Model's title", ["Bread?", "Yes."], "My title");
  before.postCall();
  await before.settled();
  assert.deepEqual([await before.title(), before.requests.length], ["My title", 0]);

  const rename: Script = async () => {
    await meanwhile.threads.updateThread(meanwhile.at, { title: "My title" });
    return "Model's title";
  };
  const meanwhile = await after(rename, ["Bread?", "Yes."]);
  meanwhile.postCall();
  await meanwhile.settled();
  assert.deepEqual([await meanwhile.title(), meanwhile.requests.length], ["My title", 1]);
});

test("later answers, and rounds that only call tools, ask nobody", async () => {
  const later = await after(() => "Title", ["Bread?", "Yes.", "Why?", "So."]);
  later.postCall();
  autoTitle.postCall(
    { role: "assistant", content: "x", tool_calls: [{ id: "1", name: "ping", arguments: "" }] },
    later.place,
  );
  autoTitle.postCall({ role: "assistant", content: " " }, later.place);
  await later.settled();
  assert.equal(later.requests.length, 0);
});

test("the model is shown what it saw, and not what the history holds", async () => {
  const { context, at, postCall, settled, requests } = await after(() => "Title", ["Mail a@b.org?", "Yes."]);
  await context.updateMessage({ ...at, messageId: "e0" }, { content: "Mail [e-mail address]?" });
  postCall();
  await settled();
  assert.doesNotMatch(JSON.stringify(requests), /a@b\.org/);
});

test("an empty answer, and a model that fails, leave the title as it is", async () => {
  const fail: Script = () => Promise.reject(new Error("out of order"));
  for (const script of [() => ' "" ', fail]) {
    const { postCall, settled, title } = await after(script, ["Bread?", "Yes."]);
    postCall();
    await settled();
    assert.equal(await title(), "Bread?");
  }
});
