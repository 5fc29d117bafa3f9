import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { literal, sentences, unescaped } from "./markdown-text.ts";

test("ordinary names stay as they are, and markup is shown", () => {
  for (const name of ["gpt-5_mini", "meta/llama-3:8b", "A & B", "1.5 (new)"])
    assert.equal(literal(name), name);
  assert.equal(literal("<b>*bold*</b>"), "\\<b>\\*bold\\*\\</b>");
  assert.equal(literal("_a_ `b` [c](d) &amp; $e$"), "\\_a\\_ \\`b\\` \\[c](d) \\&amp; \\$e\\$");
  assert.equal(literal("two\n\n# lines"), "two # lines");
  assert.deepEqual(["# a", "> a", "- a", "12. a", "2) a"].map(literal), [
    "\\# a",
    "\\> a",
    "\\- a",
    "12\\. a",
    "2\\) a",
  ]);
});

test("in sentences only code is markup", () => {
  assert.equal(sentences('No "<x>". Usage: `/model <name>`.'), 'No "\\<x>". Usage: `/model <name>`.');
});

test("a terminal reads what was written", () => {
  fc.assert(
    fc.property(fc.string(), (text) => assert.equal(unescaped(literal(text)), text.replace(/\s+/g, " "))),
  );
});
