import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeTitle } from "./whole-title.ts";

const question = "My nightly backup takes four hours. Where do I look first?\nIt is a mail server.";

test("a title that was cut off its first message is told whole, on one line", () => {
  const cut = `${question.slice(0, 50)}...`;
  assert.equal(wholeTitle(cut, question), question.replace("\n", " "));
  assert.equal(wholeTitle(cut, "x".repeat(1000)), cut);
  assert.equal(wholeTitle(cut, undefined), cut);
});

test("a title that somebody gave stays as it is", () => {
  assert.equal(wholeTitle("Backups", question), "Backups");
  assert.equal(wholeTitle("And then...", question), "And then...");
  assert.equal(wholeTitle("x...", "x".repeat(1000)).length, 300);
});
