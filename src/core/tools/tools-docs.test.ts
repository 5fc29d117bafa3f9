import assert from "node:assert/strict";
import { after, test } from "node:test";
import { docSnippets } from "../../../test/support/doc-snippets.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import type { ToolContext } from "../../protocols/tool.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { testHost } from "../../testkit/test-host.ts";
import { toolsPlugin } from "./plugin.ts";

const docs = docSnippets("tools.md");

const store: CorePlugin<"store"> = { role: "store", name: "memory", create: (host) => memoryStore(host) };
const host = testHost({ config: { plugins_path: docs.plugins }, plugins: [store, toolsPlugin] });
after(() => host.shutdown());

async function call(name: string, args: object, userId = "ada", more: Partial<ToolContext> = {}) {
  const tools = await host.get("tools");
  const { signal } = new AbortController();
  const place = { userId, threadId: "thread", turnId: "turn", host, signal, ...more };
  const calling = tools.call({ id: "call", name, arguments: JSON.stringify(args) }, place);
  const lines: string[] = [];
  for (;;) {
    const step = await calling.next();
    if (!step.done) lines.push(step.value);
    else if (step.value.failed) return assert.fail(step.value.content);
    else return { lines, content: step.value.content };
  }
}

test("the tools of the page are all there, with their schemas", async () => {
  const tools = await host.get("tools");
  assert.deepEqual(await tools.getProblems(), []);
  const list = await tools.getTools({ userId: "ada" });
  assert.deepEqual(list.map(({ name }) => name).toSorted(), [
    ...[
      "add_note",
      "book_table",
      "count_words",
      "duel",
      "list_notes",
      "roll_dice",
      "where_is_the_lab",
      "where_is_the_office",
    ],
  ]);
  const { execute: _, ...dice } = list.find(({ name }) => name === "roll_dice") ?? assert.fail();
  assert.deepEqual(dice, {
    name: "roll_dice",
    description: "Rolls dice and adds them up.",
    parameters: {
      type: "object",
      properties: {
        count: { type: "integer", description: "how many dice" },
        sides: { type: "integer", description: "how many sides each of them has", default: 6 },
      },
      required: ["count"],
      additionalProperties: false,
    },
  });
  const note = list.find(({ name }) => name === "add_note");
  assert.equal(note?.description, "Writes a note down for later.");
  assert.deepEqual(note?.parameters.properties, { text: { type: "string", description: "the note" } });
  assert.equal(list.find(({ name }) => name === "list_notes")?.readOnly, true);
});

test("the functions of the page do what it says", async () => {
  const { rolls, sum } = JSON.parse((await call("roll_dice", { count: "3", sides: 1 })).content);
  assert.deepEqual([rolls, sum], [[1, 1, 1], 3]);
  assert.equal((await call("count_words", { text: "one two" })).content, "2");
  assert.equal((await call("count_words", { text: "one two", unit: "letters" })).content, "6");
  assert.equal((await call("where_is_the_lab", {})).content, "Side Street 2");
});

test("a tool writes to the store and reads from it, for the user it runs for", async () => {
  assert.equal((await call("add_note", { text: "milk" })).content, "Noted.");
  assert.equal((await call("list_notes", {})).content, '["milk"]');
  assert.equal((await call("list_notes", {}, "eve")).content, "[]");
});

test("a tool calls another tool, and shows its progress", async () => {
  const { lines, content } = await call("duel", { players: ["Ada", "Bob"] });
  assert.deepEqual(lines, ["Ada rolls", "Bob rolls"]);
  assert.deepEqual(Object.keys(JSON.parse(content)), ["Ada", "Bob"]);
});

test("a tool asks its user, where there is one", async () => {
  assert.equal((await call("book_table", { day: "today" })).content, "Nobody can be asked here.");
  const ask = async () => ({ approved: true, arguments: { seats: 3, where: "inside" } });
  const { content } = await call("book_table", { day: "today" }, "ada", { ask });
  assert.deepEqual(JSON.parse(content), { booked: "today", wishes: { seats: 3, where: "inside" } });
});
