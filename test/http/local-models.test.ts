import assert from "node:assert/strict";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { totalmem } from "node:os";
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

folder.write("cut", { answer: ["Hello"] });
truncateSync(join(folder.path, "cut.gguf"), 200_000);
folder.write("huge", { answer: ["Hello"] });
truncateSync(join(folder.path, "huge.gguf"), totalmem()); // a hole: no disk has to hold it
writeFileSync(join(folder.path, "page.gguf"), "<html>404 Not Found</html>");
mkdirSync(join(folder.path, "grammars"));
writeFileSync(join(folder.path, "grammars", "answer.gbnf"), 'root ::= "yes" | "no"');
writeFileSync(join(folder.path, "grammars", "broken.gbnf"), "root ::= (");
writeFileSync(join(folder.path, "outside.gbnf"), 'root ::= "outside"');
process.env.LLM_GRAMMAR_DIR = join(folder.path, "grammars");

const server = await startTestServer({
  jobs: { attempts: 1, workers: 1 },
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
  assert.equal(error?.event === "error" && error.data.code, "upstream_unusable");
  assert.match(error?.event === "error" ? error.data.message : "", /SIGABRT.*choose another model/s);
  const events = await ada.say({ content: "Hi", model: "tiny" });
  assert.equal(
    events.some(({ event }) => event === "error"),
    false,
  );
});

type Job = { readonly status: string; readonly result: string };

/** Hands in a job in Llamalith's way. @returns its number. */
async function queue(json: object, path = "/chat/api/jobs"): Promise<number> {
  const response = await ada(path, { method: "POST", json });
  assert.equal(response.status, 200, await response.clone().text());
  return ((await response.json()) as { job_id: number }).job_id;
}

/** A job once it is over. */
async function over(id: number): Promise<Job> {
  await (await ada(`/api/v1/jobs/${id}/events`)).text();
  return ada.get(`/chat/api/jobs/${id}`);
}

test("a job's answer is held to the grammar that it names; one that cannot be used leaves it free", async () => {
  const ask = (grammar_name: string) => queue({ content: "Well?", model: "tiny", grammar_name });
  const held = await over(await ask("answer"));
  assert.deepEqual([held.status, /^(yes|no)$/.test(held.result)], ["done", true], held.result);
  const reply = { content: "And now?", model: "tiny", grammar_name: "answer" };
  const replied = await over(await queue(reply, "/chat/api/conversations/held/reply"));
  assert.match(replied.result, /^(yes|no)$/);
  for (const name of ["broken", "missing", "../outside"]) {
    const free = await over(await ask(name));
    assert.deepEqual(free, { ...free, status: "done", result: "Hello there, I am tiny." }, name);
  }
});

test("jobs for files that cannot be used, and for more than a context holds, end in error with a sentence, and their worker goes on", async () => {
  const failing: readonly [json: object, told: RegExp][] = [
    [{ model: "cut", content: "Hi" }, /^The file of `cut` cannot be used: it is cut off/],
    [{ model: "page", content: "Hi" }, /^The file of `page` cannot be used: /],
    [{ model: "huge", content: "Hi" }, /^The model's file has .* MiB, and models\.local\.max_bytes allows /],
    [{ model: "tiny", content: "x".repeat(3000) }, /takes \d{4} tokens, and the model holds 2048/],
    [{ model: "unheard-of", content: "Hi" }, /unheard-of/],
  ];
  const ids: number[] = [];
  for (const [json] of failing) ids.push(await queue(json));
  const last = await queue({ model: "tiny", content: "Hi" });
  assert.equal((await over(last)).result, "Hello there, I am tiny.");
  for (const [index, [json, told]] of failing.entries()) {
    const { status, result } = await over(ids[index] ?? 0);
    assert.equal(status, "error", JSON.stringify(json));
    assert.match(result, told);
  }
});
