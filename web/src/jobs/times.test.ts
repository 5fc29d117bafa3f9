import assert from "node:assert/strict";
import { before, test } from "node:test";
import { msText } from "./times.ts";

before(() => Object.assign(globalThis, { document: { documentElement: { lang: "en" } } }));

test("a stretch of time is told in the unit that says enough", () => {
  const told = [
    0,
    40,
    999,
    1_000,
    1_440,
    9_940,
    12_000,
    89_000,
    90_000,
    3_600_000,
    5 * 3_600_000,
    3 * 86_400_000,
  ];
  assert.deepEqual(told.map(msText), [
    ...[
      "0\u00a0ms",
      "40\u00a0ms",
      "999\u00a0ms",
      "1\u00a0s",
      "1.4\u00a0s",
      "9.9\u00a0s",
      "12\u00a0s",
      "89\u00a0s",
    ],
    ...["2\u00a0min", "60\u00a0min", "5\u00a0h", "3\u00a0d"],
  ]);
});
