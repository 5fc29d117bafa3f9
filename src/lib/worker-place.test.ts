import assert from "node:assert/strict";
import { test } from "node:test";
import { shareOf } from "./worker-place.ts";

test("the workers' shares of a number are the number, and differ by one at most", () => {
  for (const total of [0, 1, 4, 7]) {
    for (const count of [1, 2, 3, 8]) {
      const shares = Array.from({ length: count }, (_, index) =>
        shareOf(total, { number: index + 1, count }),
      );
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0),
        total,
      );
      assert(Math.max(...shares) - Math.min(...shares) <= 1);
    }
  }
});
