import assert from "node:assert/strict";
import { test } from "node:test";
import { recall } from "./recall.ts";

const said = ["first", "second"];

test("up goes back to the oldest and stays there, down returns to the empty field", () => {
  const last = recall(said, "", undefined, "up");
  assert.deepEqual(last, { text: "second", back: 1 });
  const first = recall(said, "second", last, "up");
  assert.deepEqual(first, { text: "first", back: 2 });
  assert.equal(recall(said, "first", first, "up"), undefined);
  assert.deepEqual(recall(said, "first", first, "down"), last);
  assert.deepEqual(recall(said, "second", last, "down"), { text: "", back: 0 });
});

test("a text that was changed, or is somebody's own, is not replaced", () => {
  assert.equal(recall(said, "mine", undefined, "up"), undefined);
  assert.equal(recall(said, "second!", { text: "second", back: 1 }, "up"), undefined);
});

test("where nothing was said there is nothing to recall", () => {
  assert.equal(recall([], "", undefined, "up"), undefined);
  assert.equal(recall(said, "", undefined, "down"), undefined);
});

test("a recalled text that was emptied begins at the newest again", () => {
  assert.deepEqual(recall(said, "", { text: "first", back: 2 }, "up"), { text: "second", back: 1 });
});
