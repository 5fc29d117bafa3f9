import assert from "node:assert/strict";
import { test } from "node:test";
import { isolate } from "./isolate.ts";

test("a name that reads from right to left keeps its direction to itself", () => {
  assert.equal(isolate("עברית"), "\u2068עברית\u2069");
  assert.equal(isolate("a عربي b"), "\u2068a عربي b\u2069");
});

test("a name cannot turn the words behind it, and a plain one is left as it is", () => {
  assert.equal(isolate("invoice\u202Efdp.exe"), "invoicefdp.exe");
  assert.equal(isolate("\u2069\u202Eעברית"), "\u2068עברית\u2069");
  assert.equal(isolate("How many ribs? 24 %"), "How many ribs? 24 %");
});
