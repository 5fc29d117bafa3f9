import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitMarks } from "./split-marks.ts";

test("a text is cut at its marks", () => {
  assert.deepEqual(
    splitMarks("the night train", [[4, 9]]).map(({ text, marked }) => [text, marked]),
    [
      ["the ", false],
      ["night", true],
      [" train", false],
    ],
  );
});

test("whatever the marks, the pieces are the text", () => {
  const mark = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 }));
  fc.assert(
    fc.property(fc.string(), fc.array(mark), (text, marks) => {
      const pieces = splitMarks(text, marks);
      assert.equal(pieces.map((piece) => piece.text).join(""), text);
      assert.equal(new Set(pieces.map(({ start }) => start)).size, pieces.length);
    }),
  );
});
