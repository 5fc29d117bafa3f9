import assert from "node:assert/strict";
import { test } from "node:test";
import { splitBlocks } from "./split-blocks.ts";

test("maths in square brackets stays in one block, whatever its lines look like", () => {
  const text = "before\n\n\\[\na\n\n- b\n= c\n\\]\n\nafter";
  const blocks = splitBlocks(text);
  assert.equal(blocks.join(""), text);
  assert.ok(blocks.some((block) => block.includes("\\[") && block.includes("\\]")));
  assert.ok(!blocks.some((block) => block.includes("\\[") && block.includes("after")));
});

test("brackets in code do not hold blocks together", () => {
  const blocks = splitBlocks("```\n/\\[a/\n```\n\none\n\ntwo");
  assert.ok(!blocks.some((block) => block.includes("one") && block.includes("two")));
});

test("footnotes make one block of a text, but only once the first note is there", () => {
  const text = "A claim.[^1]\n\nAnother.[^2]\n\nEnd.";
  assert.deepEqual(splitBlocks(text).length, 3);
  assert.equal(splitBlocks(text).join(""), text);
  assert.equal(splitBlocks(`${text}\n\n[^1]: Source.`).length, 1);
});
