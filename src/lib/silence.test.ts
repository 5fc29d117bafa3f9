import assert from "node:assert/strict";
import { test } from "node:test";
import { leaseMs } from "./instance.ts";
import { createSilence } from "./silence.ts";

test("who shows the same sign in every look of a lease was silent, and nobody is before", () => {
  const { look } = createSilence(leaseMs / 4);
  for (let n = 0; n < 4; n += 1) assert.equal(look(["one 1"])("one 1"), false, `look ${n}`);
  assert.equal(look(["one 1"])("one 1"), true);
});

test("a new sign begins a lease anew, and one that was gone for a look, too", () => {
  const { look } = createSilence(leaseMs / 2);
  for (const signs of [["one 1", "other"], ["one 1"], ["one 2", "other"], ["one 2", "other"]])
    assert.equal(signs.some(look(signs)), false, signs.join());
});
