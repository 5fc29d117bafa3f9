import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadEntry } from "../api/wire.ts";
import { listOf, type Pages, without, withThread } from "./thread-lists.ts";

const thread = (id: string, more: Partial<ThreadEntry> = {}): ThreadEntry => ({
  ...{ id, title: id, created: id, updated: id, model: "", system_prompt: "", settings: {} },
  ...{ archived: false, pinned: false, running_turn: null },
  ...more,
});

const list = (...pages: string[][]): Pages => ({
  pages: pages.map((page) => page.map((id) => thread(id))),
  pageParams: pages.map(() => undefined),
});

const ids = ({ pages }: Pages) => pages.map((page) => page.map(({ id }) => id));

test("a thread stands in one list; the archive goes before a pin", () => {
  assert.equal(listOf(thread("a")), "recent");
  assert.equal(listOf(thread("a", { pinned: true })), "pinned");
  assert.equal(listOf(thread("a", { pinned: true, archived: true })), "archived");
});

test("a thread that changes keeps its place", () => {
  const changed = withThread(list(["3", "2"], ["1"]), thread("2", { title: "new" }), true);
  assert.deepEqual(ids(changed), [["3", "2"], ["1"]]);
  assert.equal(changed.pages[0]?.[1]?.title, "new");
});

test("a thread that comes back stands where its age puts it", () => {
  const known = list(["9", "7"], ["5", "3"]);
  assert.deepEqual(ids(withThread(known, thread("99"), true)), [
    ["99", "9", "7"],
    ["5", "3"],
  ]);
  assert.deepEqual(ids(withThread(known, thread("6"), true)), [
    ["9", "7"],
    ["6", "5", "3"],
  ]);
  assert.deepEqual(ids(withThread(known, thread("1"), true)), [
    ["9", "7"],
    ["5", "3", "1"],
  ]);
  assert.deepEqual(ids(withThread(list([]), thread("1"), true)), [["1"]]);
});

test("a thread older than all that is loaded waits for its page", () => {
  const known = list(["9", "7"]);
  assert.equal(withThread(known, thread("1"), false), known);
});

test("a thread that goes leaves the others", () => {
  assert.deepEqual(ids(without(list(["3", "2"], ["1"]), "2")), [["3"], ["1"]]);
});
