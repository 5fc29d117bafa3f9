import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitsRange } from "./fits-range.ts";

const cases: readonly (readonly [range: string, inside: string, outside: string])[] = [
  ["1.2.3", "1.2.3", "1.2.4"],
  ["=1.2", "1.2.9", "1.3.0"],
  ["1", "1.9.0 1.0.0", "2.0.0 0.9.9"],
  ["1.x", "1.9.0", "2.0.0"],
  ["1.2.*", "1.2.7", "1.3.0"],
  ["^1", "1.0.0 1.9.9", "0.9.9 2.0.0"],
  ["^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0"],
  ["^0.1", "0.1.0 0.1.9", "0.2.0 1.0.0 0.0.9"],
  ["^0.0.3", "0.0.3", "0.0.4 0.0.2"],
  ["^0", "0.0.0 0.9.0", "1.0.0"],
  ["^0.0", "0.0.9", "0.1.0"],
  ["~1.2", "1.2.0 1.2.9", "1.3.0 1.1.9"],
  ["~1", "1.9.0", "2.0.0"],
  ["~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"],
  [">=1.2 <2", "1.2.0 1.99.0", "1.1.9 2.0.0"],
  [">= 1.2", "1.2.0", "1.1.9"],
  [">1", "2.0.0", "1.9.9"],
  ["<=1.2", "1.2.9", "1.3.0"],
  ["^1 || ^3", "1.0.0 3.1.0", "2.0.0 4.0.0"],
  ["*", "0.0.1 9.9.9", ""],
  ["v1.2", "1.2.3", "1.3.0"],
];

test("a range holds what package.json means by it", () => {
  for (const [range, inside, outside] of cases) {
    for (const version of inside.split(" "))
      assert.equal(fitsRange(range, version), true, `${range} ${version}`);
    for (const version of outside.split(" ").filter(Boolean))
      assert.equal(fitsRange(range, version), false, `${range} ${version}`);
  }
});

test("a version before a release counts as the release", () => {
  assert.equal(fitsRange("^1.2", "1.2.0-beta.1"), true);
});

test("what is no range is told apart from one that does not fit", () => {
  for (const text of ["", " ", "latest", "1.2.3.4", "^", "1 || ", "1..2", "^1.2-beta", ">=<1"])
    assert.equal(fitsRange(text, "1.0.0"), undefined, text);
});

test("whatever the text, there is an answer", () => {
  fc.assert(fc.property(fc.string(), (text) => typeof fitsRange(text, "1.2.3") !== "object"));
});
