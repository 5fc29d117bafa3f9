import assert from "node:assert/strict";
import { test } from "node:test";
import { words as german } from "./de/words.ts";
import { words as english } from "./en/words.ts";

/** Names of everything a catalogue says, with their kinds. */
function shape(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [`${path} ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

test("each language says the same things, and none of them with nothing", () => {
  assert.deepEqual(shape(german), shape(english));
  for (const words of [english, german]) assert.doesNotMatch(JSON.stringify(words), /""/);
});
