import assert from "node:assert/strict";
import { test } from "node:test";
import { filterGroups } from "./picker-groups.ts";

const groups = [
  { name: "Ollama", items: [{ value: "llama3:8b", note: "small" }, { value: "qwen3:30b" }] },
  { name: "OpenAI", items: [{ value: "gpt-5" }] },
];
const left = (query: string) =>
  filterGroups(groups, query).flatMap(({ items }) => items.map(({ value }) => value));

test("every word that is typed narrows the list, by name, note or group", () => {
  assert.deepEqual(left("LLAMA"), ["llama3:8b", "qwen3:30b"]); // a part of "Ollama", too
  assert.deepEqual(left("ollama 30"), ["qwen3:30b"]);
  assert.deepEqual(left("small"), ["llama3:8b"]);
  assert.deepEqual(left("gpt  5"), ["gpt-5"]);
  assert.deepEqual(left("nothing"), []);
});

test("blanks alone narrow nothing", () => assert.equal(filterGroups(groups, "  "), groups));
