import assert from "node:assert/strict";
import { test } from "node:test";
import { isPressed } from "./shortcuts.ts";

const press = (key: string, ...held: ("ctrlKey" | "metaKey" | "shiftKey" | "altKey")[]) => ({
  key,
  ctrlKey: held.includes("ctrlKey"),
  metaKey: held.includes("metaKey"),
  shiftKey: held.includes("shiftKey"),
  altKey: held.includes("altKey"),
});

test("the command key is ⌘ on a Mac and Ctrl elsewhere, and neither is the other", () => {
  assert.equal(isPressed(press("k", "ctrlKey"), "search", false), true);
  assert.equal(isPressed(press("k", "metaKey"), "search", true), true);
  assert.equal(isPressed(press("k", "metaKey"), "search", false), false);
  assert.equal(isPressed(press("k", "ctrlKey"), "search", true), false, "there it cuts to the line's end");
});

test("a modifier too many or too few is another shortcut", () => {
  assert.equal(isPressed(press("O", "ctrlKey", "shiftKey"), "newChat", false), true);
  assert.equal(isPressed(press("o", "ctrlKey"), "newChat", false), false);
  assert.equal(isPressed(press("K", "ctrlKey", "shiftKey"), "search", false), false);
  assert.equal(isPressed(press("k"), "search", false), false);
  assert.equal(isPressed(press("Enter", "shiftKey"), "send", false), false);
  assert.equal(isPressed(press("Enter", "altKey"), "send", false), false);
  assert.equal(isPressed(press("ArrowUp", "altKey"), "stepUp", false), true);
  assert.equal(isPressed(press("ArrowUp"), "stepUp", false), false);
});

test("a sign may need Shift, as it does on some keyboards", () => {
  assert.equal(isPressed(press("?", "shiftKey"), "list", false), true);
  assert.equal(isPressed(press("/", "shiftKey"), "write", false), true);
  assert.equal(isPressed(press("/", "ctrlKey"), "write", false), false);
});
