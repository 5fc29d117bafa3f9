import assert from "node:assert/strict";
import { test } from "node:test";
import { docSnippets } from "../../../test/support/doc-snippets.ts";
import { entry, inShort, noting, openProcessor, run } from "../../../test/support/scripted-processor.ts";
import { testHost } from "../../testkit/test-host.ts";
import { functionsPlugin } from "./plugin.ts";

const docs = docSnippets("functions.md");

const config = { plugins_path: docs.plugins };

/** What comes of a message on its way through all functions of the page, at this time of day. */
async function ask(content: string, time: string) {
  const host = testHost({ config, plugins: [functionsPlugin] });
  host.clock.set(`2031-02-03T${time}:00.000Z`);
  const role = await host.get("functions");
  assert.deepEqual(await role.getProblems(), []);
  const functions = await role.getFunctions();
  const { model, requests } = noting();
  const told = await run(await openProcessor({ model, functions, entries: [entry("q", "user", content)] }));
  await host.shutdown();
  return { told: inShort(told), messages: requests[0]?.messages };
}

test("the functions of the page do what it says", async () => {
  const { told, messages } = await ask("What is a lintel? sk-0123456789abcdef", "12:00");
  assert.deepEqual(messages, [
    { role: "system", content: "lintel: A beam over a door or a window." },
    { role: "user", content: "What is a lintel? [a key]" },
  ]);
  assert.deepEqual(
    told.map((text) => text.replace(/^id-\d+: /, "")),
    ["glossary: looked up lintel", "ok"],
  );
  const night = await ask("Hello", "23:00");
  assert.equal(night.messages, undefined);
  assert.match(night.told.at(-1) ?? "", /office-hours stopped this turn: The models are asleep/);
});

test("the test of the page passes", () => docs.passes("plugins/functions/no-keys.test.ts"));

test("the snippets fit the contracts", () => docs.fit());
