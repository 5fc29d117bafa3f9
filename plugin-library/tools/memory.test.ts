import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import { memoryStore } from "../../src/testkit/memory-store.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import { forget, recall, remember } from "./memory.ts";

const storePlugin: CorePlugin<"store"> = { role: "store", name: "memory", create: memoryStore };

function users() {
  const host = testHost({ plugins: [storePlugin] });
  return (userId: string) => ({
    host,
    userId,
    threadId: "t",
    turnId: "n",
    signal: new AbortController().signal,
  });
}

test("what was remembered is recalled, newest first, and forgotten for good", async () => {
  const ada = users()("ada");
  assert.equal(await recall(ada), "There are no notes yet.");
  assert.equal(await remember(" Likes tea. ", ada), "Kept as note id-1.");
  assert.equal(await remember("Has a dog called Bit.", ada), "Kept as note id-2.");
  assert.equal(await recall(ada), "id-2 (2026-01-01): Has a dog called Bit.\nid-1 (2026-01-01): Likes tea.");
  assert.equal(await recall(ada, "dog"), "id-2 (2026-01-01): Has a dog called Bit.");
  assert.equal(await recall(ada, "cat"), "No note says anything about this.");
  assert.equal(await forget("id-2", ada), "The note is forgotten.");
  assert.equal(await forget("id-2", ada), "There was no such note.");
  assert.equal(await recall(ada, "dog"), "No note says anything about this.");
});

test("the same note is kept once", async () => {
  const ada = users()("ada");
  await remember("Likes tea.", ada);
  assert.equal(await remember("Likes tea.", ada), "This was known already, as note id-1.");
});

test("nobody sees, or forgets, somebody else's notes", async () => {
  const as = users();
  await remember("Likes tea.", as("ada"));
  assert.equal(await recall(as("eve")), "There are no notes yet.");
  assert.equal(await recall(as("eve"), "tea"), "No note says anything about this.");
  assert.equal(await forget("id-1", as("eve")), "There was no such note.");
  assert.match(await recall(as("ada")), /Likes tea/);
});

test("a note has a length, and a user a number of them", async () => {
  const ada = users()("ada");
  await assert.rejects(remember("  ", ada), /1 to 2000 characters/);
  await assert.rejects(remember("x".repeat(2001), ada), /1 to 2000 characters/);
  for (let count = 0; count < 1000; count++) await remember(`note ${count}`, ada);
  await assert.rejects(remember("one more", ada), /1000 notes already/);
  assert.equal((await recall(ada)).split("\n").length, 50);
});
