import assert from "node:assert/strict";
import { test } from "node:test";
import type { ThreadEntry } from "../api/wire.ts";
import { listOf, type Pages, without, withThread } from "./thread-lists.ts";

const thread = (id: string, more: Partial<ThreadEntry> = {}): ThreadEntry => ({
  ...{ id, title: id, created: id, updated: id, model: "", system_prompt: "", settings: {} },
  ...{ archived: false, pinned: false, plan_mode: null, running_turn: null },
  ...more,
});

/** A list that is whole; `open`: more follow. */
const list = (...pages: string[][]): Pages => ({
  pages: pages.map((page, index) => ({
    rows: page.map((id) => thread(id)),
    next: index < pages.length - 1 ? page.at(-1) : undefined,
  })),
  pageParams: pages.map(() => undefined),
});
const open = (...pages: string[][]): Pages => {
  const { pages: whole, ...more } = list(...pages);
  return { ...more, pages: whole.map(({ rows }) => ({ rows, next: rows.at(-1)?.id })) };
};

const ids = (known: Pages | undefined) => known?.pages.map(({ rows }) => rows.map(({ id }) => id));

test("a thread stands in one list; the archive goes before a pin", () => {
  assert.equal(listOf(thread("a")), "recent");
  assert.equal(listOf(thread("a", { pinned: true })), "pinned");
  assert.equal(listOf(thread("a", { pinned: true, archived: true })), "archived");
});

test("a thread that changes keeps its place", () => {
  const changed = withThread(list(["3", "2"], ["1"]), thread("2", { title: "new" }));
  assert.deepEqual(ids(changed), [["3", "2"], ["1"]]);
  assert.equal(changed.pages[0]?.rows[1]?.title, "new");
});

test("a thread that comes back stands where its age puts it", () => {
  const known = list(["9", "7"], ["5", "3"]);
  assert.deepEqual(ids(withThread(known, thread("99"))), [
    ["99", "9", "7"],
    ["5", "3"],
  ]);
  assert.deepEqual(ids(withThread(known, thread("6"))), [
    ["9", "7"],
    ["6", "5", "3"],
  ]);
  assert.deepEqual(ids(withThread(known, thread("1"))), [
    ["9", "7"],
    ["5", "3", "1"],
  ]);
  assert.deepEqual(ids(withThread(list([]), thread("1"))), [["1"]]);
});

test("a thread older than all that is loaded waits for its page", () => {
  const known = open(["9", "7"]);
  assert.equal(withThread(known, thread("1")), known);
});

test("a thread that goes leaves the others", () => {
  assert.deepEqual(ids(without(list(["3", "2"], ["1"]), "2")), [["3"], ["1"]]);
});

test("a list goes on where it did when the thread that its next page comes after has left it", () => {
  const known = without(open(["9", "7"]), "7");
  assert.deepEqual([ids(known), known?.pages[0]?.next], [[["9"]], "9"]);
  assert.equal(without(open(["9"]), "9"), undefined);
  assert.equal(without(open(["9", "7"]), "9")?.pages[0]?.next, "7");
});

test("a new thread stands before one of the same moment", () => {
  const same = { created: "9" };
  assert.deepEqual(ids(withThread(list(["9", "7"]), thread("new", same))), [["new", "9", "7"]]);
});
