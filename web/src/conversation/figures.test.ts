import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf } from "./figures.ts";

const times = { started: "2026-01-01T00:00:00.000Z", spoken: "2026-01-01T00:00:04.000Z" };

test("an answer tells what it took, as far as that is known", () => {
  assert.equal(figuresOf([], undefined, {}), undefined);
  const { read, written, kept } = figuresOf([], { prompt_tokens: 3, completion_tokens: 8 }, times) ?? {};
  assert.deepEqual([read, written, kept], [3, 8, undefined]);
});

test("a kept answer says so in the place of numbers, unless another round of it has some", () => {
  const none = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost: 0, cached: true };
  assert.deepEqual(figuresOf([], none, times), { kept: true });
  const { written, kept } = figuresOf([], { ...none, completion_tokens: 8 }, times) ?? {};
  assert.deepEqual([written, kept], [8, true]);
});
