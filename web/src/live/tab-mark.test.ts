import assert from "node:assert/strict";
import { test } from "node:test";
import { endedTurn, tabMark } from "./tab-mark.ts";

const ended = (id: string) => ({
  running_turn: null,
  last_turn: { turn_id: id, state: "done" as const },
});
const running = (id: string) => ({
  running_turn: id,
  last_turn: { turn_id: id, state: "running" as const },
});
const fresh = { running_turn: null, last_turn: null };

test("a thread that is answered says so, seen or not", () => {
  assert.equal(tabMark(running("b"), "a", false), "running");
  assert.equal(tabMark(running("b"), undefined, false), "running");
});

test("one that waits for its reader's word says so", () => {
  assert.equal(tabMark(running("b"), "a", true), "asking");
});

test("an answer that ended unseen is marked, also one that began unseen", () => {
  assert.equal(tabMark(ended("b"), endedTurn(ended("a")), false), "finished");
  assert.equal(tabMark(ended("b"), endedTurn(running("b")), false), "finished");
  assert.equal(tabMark(ended("b"), endedTurn(fresh), false), "finished");
});

test("an answer that was seen is not marked, nor is a thread without one", () => {
  assert.equal(tabMark(ended("b"), endedTurn(ended("b")), false), undefined);
  assert.equal(tabMark(fresh, undefined, false), undefined);
  assert.equal(tabMark(undefined, undefined, false), undefined);
});
