import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sortableIds } from "./new-id.ts";

test("ids are version 7 UUIDs that begin with the time", () => {
  const newId = sortableIds(() => new Date(0x0123456789ab));
  assert.match(newId(), /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("ids sort by time of making, whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 200 }), (steps) => {
      let ms = 1_800_000_000_000;
      const newId = sortableIds(() => new Date(ms));
      const ids = steps.map((step) => {
        ms += step;
        return newId();
      });
      assert.deepEqual([...ids].sort(), ids);
      assert.equal(new Set(ids).size, ids.length);
    }),
  );
});

test("more ids than a millisecond can count stay in order", () => {
  const newId = sortableIds(() => new Date(1));
  const ids = Array.from({ length: 20_000 }, newId);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(new Set(ids).size, ids.length);
});
