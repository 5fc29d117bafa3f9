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
