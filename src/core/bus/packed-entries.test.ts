import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PackedEntries } from "./packed-entries.ts";

const packed = (entries: readonly string[], firstId = 1) => {
  const all = new PackedEntries();
  entries.forEach((entry, index) => {
    all.add(firstId + index, entry);
  });
  return all;
};

test("what was packed comes out as it was, from any id on", () => {
  const lines = fc.array(
    fc.oneof(fc.string({ unit: "binary" }), fc.string({ minLength: 400, maxLength: 900 })),
  );
  fc.assert(
    fc.property(lines, fc.nat({ max: 30 }), (entries, from) => {
      assert.deepEqual(packed(entries, 7).since(7 + from), entries.slice(from));
    }),
    { numRuns: 40 },
  );
});

test("an entry larger than a block is kept whole", () => {
  const large = "é".repeat(100_000);
  assert.deepEqual(packed(["a", large, "b"]).since(2), [large, "b"]);
});

test("what was dropped is gone in whole blocks, and what was not stays", () => {
  const entries = Array.from({ length: 1_000 }, (_, index) => `entry ${index}`);
  const all = packed(entries);
  all.dropBefore(901);
  assert.deepEqual(all.since(901), entries.slice(900));
  all.dropBefore(2_000);
  assert.deepEqual(all.since(1), []);
});
