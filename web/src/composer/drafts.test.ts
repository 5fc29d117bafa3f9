import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { drafts, parseDraft } from "./drafts.ts";

const place = "maria:thread";
const draft = () => parseDraft(drafts.snapshot(place));
beforeEach(() => drafts.clear());

test("what cannot be sent comes back, above what was written meanwhile", () => {
  drafts.write(place, "first");
  drafts.sent(place, { content: "first", key: "k" });
  assert.equal(draft().text, "");
  drafts.write(place, "second");
  drafts.returned(place, "The server cannot be reached.");
  assert.equal(draft().text, "first\n\nsecond");
  assert.deepEqual(draft().failed, { content: "first", key: "k", sentence: "The server cannot be reached." });
});

test("what arrived is gone, and what was written meanwhile is not", () => {
  drafts.sent(place, { content: "first", key: "k" });
  drafts.write(place, "second");
  drafts.arrived(place);
  assert.deepEqual(draft(), { text: "second" });
});

test("a place where nothing was on its way is left alone", () => {
  drafts.write(place, "text");
  drafts.returned(place, "never sent");
  assert.deepEqual(draft(), { text: "text" });
});

test("signing out leaves nothing behind, and touches nothing else", () => {
  drafts.write(place, "text");
  sessionStorage.setItem("other", "kept");
  drafts.clear();
  assert.deepEqual(Object.keys(sessionStorage), ["other"]);
});
