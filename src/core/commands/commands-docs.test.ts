import assert from "node:assert/strict";
import { test } from "node:test";
import { openChat } from "../../../test/support/command-chat.ts";
import { docSnippets } from "../../../test/support/doc-snippets.ts";
import { builtInCommands } from "./built-in/list.ts";

const docs = docSnippets("commands.md");

test("the page on commands names every one of them as it is written", () => {
  const text = docs.pages.replaceAll("\\|", "|");
  for (const { name, usage } of builtInCommands) {
    const written = usage === undefined ? `\`/${name}\`` : `\`/${name} ${usage}\``;
    assert.ok(text.includes(written), written);
  }
});

test("the commands of the page do what it says", async (context) => {
  const { run, fault, suggested, begin, began } = openChat(context, {
    pluginsPath: docs.plugins,
  });
  assert.match((await run("/dice")).text, /^\*\*[1-6]\*\* of 6$/);
  assert.match((await run("/dice 2")).text, /^\*\*[12]\*\* of 2$/);
  assert.equal(
    await fault("/dice none"),
    "No die has none sides. Say a whole number, for example `/dice 20`.",
  );
  assert.deepEqual(await suggested("/dice 2"), ["/dice 20"]);
  assert.equal(await fault("/again"), "There is nothing to answer. Ask something first.");
  const threadId = await begin("Why is the sky blue?");
  assert.equal((await run("/again", { threadId })).effect?.kind, "turn");
  assert.equal(began[0]?.instructions, "Answer in one sentence.");
});

test("the snippets fit the contracts", () => docs.fit());
