import assert from "node:assert/strict";
import { test } from "node:test";
import { countArguments, parseCommand, splitArguments } from "./command-text.ts";

test("a command is one line that begins with a slash and a name", () => {
  assert.deepEqual(parseCommand("/model"), { name: "model" });
  assert.deepEqual(parseCommand("/model "), { name: "model", argument: "" });
  assert.deepEqual(parseCommand("/model:plan-mode  a b "), { name: "model:plan-mode", argument: "a b " });
  assert.deepEqual(parseCommand("/"), { name: "" });
});

test("everything else is something to say", () => {
  const texts = [
    "",
    "model",
    " /model",
    "/etc/hosts",
    "/model\n",
    "/model a\nb",
    "/ model",
    "// model",
    "/möbel",
  ];
  for (const text of [...texts, `/${"x".repeat(51)}`]) assert.equal(parseCommand(text), undefined, text);
});

test("a usage says how many arguments there are, and how many must be", () => {
  assert.deepEqual(countArguments("<planner> <answerer> [review]"), { least: 2, most: 3 });
  assert.deepEqual(countArguments("[md|json]"), { least: 0, most: 1 });
  assert.deepEqual(countArguments(), { least: 0, most: 0 });
});

test("blanks divide arguments, and are part of the last one there can be", () => {
  assert.deepEqual(splitArguments("", 1), [""]);
  assert.deepEqual(splitArguments("two words ", 1), ["two words "]);
  assert.deepEqual(splitArguments("a  b c", 2), ["a", "b c"]);
  assert.deepEqual(splitArguments("a ", 3), ["a", ""]);
  assert.deepEqual(splitArguments("a b", 3), ["a", "b"]);
});

test("a long run of blanks keeps nobody waiting", () => {
  const blanks = " ".repeat(100_000);
  const before = process.cpuUsage();
  assert.equal(parseCommand(`/model${blanks}\nx`), undefined);
  assert.deepEqual(splitArguments(`a${blanks}b\u2028c`, 2), ["a", "b\u2028c"]);
  assert.ok(process.cpuUsage(before).user < 1_000_000); // it was many seconds
});
