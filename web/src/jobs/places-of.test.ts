import assert from "node:assert/strict";
import { test } from "node:test";
import { placesOf } from "./places-of.ts";

test("a text wants a value for each name in double braces, once; one that is no template wants none", () => {
  const names = (text: string) =>
    placesOf(text)?.map(({ path, optional }) => `${path}${optional ? "?" : ""}`);
  assert.deepEqual(names("Be brief."), []);
  assert.deepEqual(names("{{ tongue }}, {{tone? }}, {{ tongue }}"), ["tongue", "tone?"]);
  assert.equal(names("{{ issue.title }}"), undefined);
  assert.equal(names("{{ a + b }}"), undefined);
});
