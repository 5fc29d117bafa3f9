import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { testHost } from "../../src/testkit/test-host.ts";
import promptLogger from "./prompt-logger.ts";

const place = { userId: "ada", threadId: "t", turnId: "n", signal: new AbortController().signal };

function start(context: TestContext, folder = mkdtempSync(join(tmpdir(), "skeleton-prompts-"))) {
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const host = testHost({ config: { data_path: folder } });
  promptLogger.start(host);
  return { folder, host };
}

const linesOf = (folder: string, name = "prompts.jsonl") =>
  readFileSync(join(folder, name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

test("what goes to the model and what comes back are lines of JSON, in order, for one pair of eyes", async (context) => {
  const { folder } = start(context);
  const message = { role: "user", content: "two\nlines" } as const;
  const tools = [{ name: "ping", description: "", parameters: {} }];
  assert.equal(
    promptLogger.preCall({ message, model: "m", systemPrompt: "Be kind.", tools }, place),
    undefined,
  );
  assert.equal(promptLogger.postCall({ role: "assistant", content: "yes" }, place), undefined);
  await promptLogger.shutdown();
  const where = { time: "2026-01-01T00:00:00.000Z", user: "ada", thread: "t", turn: "n" };
  assert.deepEqual(linesOf(folder), [
    { ...where, to: "m", message, system_prompt: "Be kind.", tools: ["ping"] },
    { ...where, from: "model", message: { role: "assistant", content: "yes" } },
  ]);
  assert.equal(statSync(join(folder, "prompts.jsonl")).mode & 0o777, 0o600);
});

test("a full file makes room, the third-last is the oldest, and no line is lost in between", async (context) => {
  const { folder } = start(context);
  for (let count = 0; count < 11; count++)
    promptLogger.postCall({ role: "assistant", content: `${count} ${"x".repeat(4_000_000)}` }, place);
  await promptLogger.shutdown();
  const files = readdirSync(folder).sort();
  assert.deepEqual(files, ["prompts.1.jsonl", "prompts.2.jsonl", "prompts.3.jsonl", "prompts.jsonl"]);
  const numbers = (name: string) =>
    linesOf(folder, name).map(({ message }) => Number.parseInt(message.content, 10));
  assert.deepEqual(["prompts.3.jsonl", "prompts.2.jsonl", "prompts.1.jsonl", "prompts.jsonl"].map(numbers), [
    ...[
      [4, 5],
      [6, 7],
      [8, 9],
    ],
    [10],
  ]);
});

test("what cannot be written is told in the log of the server, and the next line is tried again", async (context) => {
  const { folder, host } = start(context);
  rmSync(folder, { recursive: true });
  promptLogger.postCall({ role: "assistant", content: "one" }, place);
  promptLogger.postCall({ role: "assistant", content: "two" }, place);
  await promptLogger.shutdown();
  assert.deepEqual(
    host.logged.map(({ level }) => level),
    ["error", "error"],
  );
});
