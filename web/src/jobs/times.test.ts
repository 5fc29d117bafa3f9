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
  const inOnePiece = told.map(msText).map((text) => text.replaceAll("\u00a0", "~"));
  assert.deepEqual(inOnePiece, [
    ...["0~ms", "40~ms", "999~ms", "1~s", "1.4~s", "9.9~s", "12~s", "89~s"],
    ...["2~min", "60~min", "5~h", "3~d"],
  ]);
});
