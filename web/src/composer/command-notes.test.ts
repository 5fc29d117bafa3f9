import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { commandNotes } from "./command-notes.ts";

const read = (place: string) => commandNotes.read(place).map(({ text, after }) => [text, after]);
const add = (place: string, text: string) => commandNotes.add(place, { command: "/models", text });
beforeEach(() => commandNotes.clear());

test("a note stays below what stood above it when it came", () => {
  add("ada:t", "one");
  commandNotes.anchor("ada:t", "turn-1");
  add("ada:t", "two");
  commandNotes.anchor("ada:t", "turn-2");
  assert.deepEqual(read("ada:t"), [
    ["one", "turn-1"],
    ["two", "turn-2"],
  ]);
});

test("the list is the same one until it changes, also where there is none", () => {
  assert.equal(commandNotes.read("ada:t"), commandNotes.read("ada:u"));
  add("ada:t", "one");
  const notes = commandNotes.read("ada:t");
  commandNotes.anchor("ada:t", null);
  assert.notEqual(commandNotes.read("ada:t"), notes);
  const anchored = commandNotes.read("ada:t");
  commandNotes.anchor("ada:t", "later");
  assert.equal(commandNotes.read("ada:t"), anchored);
});

test("notes go along when a chat becomes a thread, and one can be put away", () => {
  add("ada:new", "one");
  add("ada:new", "two");
  commandNotes.move("ada:new", "ada:t");
  assert.deepEqual(read("ada:new"), []);
  commandNotes.remove("ada:t", commandNotes.read("ada:t")[0]?.id ?? "");
  assert.deepEqual(read("ada:t"), [["two", undefined]]);
});

test("there are never more than a reader would look through", () => {
  for (let count = 1; count <= 60; count++) add("ada:t", `${count}`);
  assert.deepEqual([read("ada:t").length, read("ada:t")[0]?.[0]], [50, "11"]);
});
