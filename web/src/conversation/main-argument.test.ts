import assert from "node:assert/strict";
import { test } from "node:test";
import { mainArgument, readableArguments, readableResult } from "./main-argument.ts";

test("the argument in a tool's line is the one that tells most, on one line", () => {
  assert.equal(mainArgument('{"limit":3,"query":"bones\\n of  a hand"}'), "bones of a hand");
  assert.equal(mainArgument('{"depth":{"a":1},"unit":"mm"}'), "mm");
  assert.equal(mainArgument('{"limit":3}'), "3");
});

test("arguments that are no object are shown as they are, and none as nothing", () => {
  for (const nothing of ["", "{}", "[]", '{"query":""}']) assert.equal(mainArgument(nothing), "");
  assert.equal(mainArgument('"bones"'), "bones");
  assert.equal(mainArgument("bones ="), "bones =");
  assert.equal(readableArguments("bones ="), "bones =");
  assert.equal(readableArguments('{"a":1}'), '{\n  "a": 1\n}');
});

test("a result gets its lines only where it still says the same", () => {
  assert.equal(readableResult('{"sheep":27}'), '{\n  "sheep": 27\n}');
  for (const text of ["27 sheep", "27", '{"id":12345678901234567890}', '{"a":1,"a":2}', '{ "a": 1 }'])
    assert.equal(readableResult(text), text);
});
