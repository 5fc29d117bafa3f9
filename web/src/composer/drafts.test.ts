import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { contentOf, drafts } from "./drafts.ts";

const place = "maria:thread";
const draft = () => drafts.read(place);
beforeEach(() => drafts.clear());

test("what cannot be sent comes back, above what was written meanwhile", () => {
  drafts.write(place, { text: "first" });
  drafts.sent(place, "k");
  assert.equal(draft().text, "");
  drafts.write(place, { text: "second" });
  drafts.returned(place, "The server cannot be reached.");
  assert.equal(draft().text, "first\n\nsecond");
  assert.deepEqual(draft().failed, { content: "first", key: "k", sentence: "The server cannot be reached." });
});

test("what was pasted goes with the message, and comes back as it was", () => {
  drafts.write(place, { text: "Shorten this:", pasted: [{ id: "a", text: "long\ntext\n" }] });
  drafts.sent(place, "k");
  assert.equal(draft().sending?.content, "Shorten this:\n\nlong\ntext");
  assert.equal(draft().pasted, undefined);
  drafts.write(place, { pasted: [{ id: "b", text: "more" }] });
  drafts.returned(place, "No.");
  assert.equal(draft().text, "Shorten this:");
  assert.deepEqual(
    draft().pasted?.map(({ id }) => id),
    ["a", "b"],
  );
});

test("what arrived is gone, and what was written meanwhile is not", () => {
  drafts.write(place, { text: "first" });
  drafts.sent(place, "k");
  drafts.write(place, { text: "second" });
  drafts.arrived(place);
  assert.deepEqual(draft(), { text: "second" });
});

test("a place where nothing was on its way is left alone", () => {
  drafts.write(place, { text: "text" });
  drafts.returned(place, "never sent");
  assert.deepEqual(draft(), { text: "text" });
});

test("blank blocks are no part of a message", () => {
  assert.equal(contentOf({ text: " ", pasted: [{ id: "a", text: "\n" }] }), "");
});

test("signing out leaves nothing behind, and touches nothing else", () => {
  drafts.write(place, { text: "text" });
  sessionStorage.setItem("other", "kept");
  drafts.clear();
  assert.deepEqual(Object.keys(sessionStorage), ["other"]);
  assert.equal(draft().text, "");
});

test("a window that may store nothing still remembers, as long as it is open", (t) => {
  t.mock.method(Storage.prototype, "setItem", () => {
    throw new Error("QuotaExceededError");
  });
  drafts.write(place, { text: "text" });
  assert.equal(draft().text, "text");
});
