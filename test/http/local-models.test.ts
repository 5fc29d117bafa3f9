import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { modelFolder } from "../support/local-models.ts";
import { startTestServer } from "../support/test-server.ts";

const folder = modelFolder();
after(() => folder[Symbol.dispose]());
folder.write("tiny", { answer: ["Hello", " there", ", I", " am", " tiny", "."] });
folder.write("caller", {
  answer: ["||call: ", "add_up", "(", '{"a": ', "2", ', "b": ', "3", "}", ")", " done"],
});
const deadly = readFileSync(folder.write("deadly", { answer: ["Hello"] }));
const key = "llama.attention.head_count";
deadly.writeUInt32LE(0, deadly.indexOf(key) + key.length + 4); // llama.cpp divides by it
writeFileSync(join(folder.path, "deadly.gguf"), deadly);
mkdirSync(join(folder.path, "plugins", "tools"), { recursive: true });
writeFileSync(join(folder.path, "plugins", "package.json"), `{ "type": "module" }`);
writeFileSync(
  join(folder.path, "plugins", "tools", "sums.ts"),
  '/** Adds two numbers. */\nexport const add_up = (a: number, b: number): string => "the sum is " + (a + b);\n',
);

const server = await startTestServer({
  plugins_path: join(folder.path, "plugins"),
  models: { local: { folder: folder.path, settings: { n_threads: 1, max_tokens: 24 } } },
});
after(() => server.close());
const ada = server.as("ada");

test("a local model answers a turn, and its tokens are counted", async () => {
  const events = await ada.say({ content: "Hi", model: "tiny" });
  const text = events
    .flatMap((event) => (event.event === "message_tokens" ? [event.data.content] : []))
    .join("");
  assert.equal(text, "Hello there, I am tiny.");
  const usage = events.find(({ event }) => event === "usage");
  assert.equal(usage?.event === "usage" && usage.data.completion_tokens, 6);
  assert.equal(events.at(-1)?.event, "stream_end");
});

test("a local model calls a tool, which runs, and is shown what it answered", async () => {
  const events = await ada.say({ content: "What is 2+3?", model: "caller" });
  const result = events.find(({ event }) => event === "tool_result");
  assert.equal(result?.event === "tool_result" && result.data.content, "the sum is 5");
  assert.equal(events.filter(({ event }) => event === "usage").length > 1, true);
  assert.equal(events.at(-1)?.event, "stream_end");
});

test("a file on which llama.cpp aborts fails its answer, and the server goes on", async () => {
  const failed = await ada.say({ content: "Hi", model: "deadly" });
  const error = failed.find(({ event }) => event === "error");
  assert.equal(error?.event === "error" && error.data.code, "upstream_broken");
  assert.match(error?.event === "error" ? error.data.message : "", /SIGABRT.*choose another model/s);
  const events = await ada.say({ content: "Hi", model: "tiny" });
  assert.equal(
    events.some(({ event }) => event === "error"),
    false,
  );
});
