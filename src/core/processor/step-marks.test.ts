import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Piece, splitMarks } from "./step-marks.ts";

/** What comes of a text that is cut like this: its words, and the steps where they stand. */
function split(...cuts: readonly string[]): readonly Piece[] {
  const splitter = splitMarks(3);
  const pieces = [...cuts.flatMap((cut) => splitter.push(cut)), ...splitter.end()];
  const all: Piece[] = [];
  for (const piece of pieces) {
    const last = all.at(-1);
    if (typeof last === "string" && typeof piece === "string") all[all.length - 1] = last + piece;
    else all.push(piece);
  }
  return all;
}

describe("the marks of the steps", () => {
  test("are taken out of the text with their lines", () => {
    const text = "[[step 1]]\nLook.\n\n[[step 2]]\n\nLeap.\n[[Step 3]]  \r\nLand.";
    assert.deepEqual(split(text), [1, "Look.\n\n", 2, "Leap.\n", 3, "Land."]);
  });

  test("may stand at the very end", () => {
    assert.deepEqual(split("Look.\n[[step 2]]"), ["Look.\n", 2]);
  });

  test("leave one blank line between paragraphs, and none at the beginning", () => {
    assert.deepEqual(split("[[step 1]]\n\n\nLook.\n[[step 2]]\n\nLeap."), [1, "Look.\n", 2, "\nLeap."]);
  });

  test("what only looks like one stays", () => {
    for (const text of [
      "[[step 4]]\n",
      "[[step 0]]\n",
      "Now [[step 2]]\n",
      "[[step 2]] now\n",
      "    [[step 2]]\n",
      "[[stepping]]\n",
      "[[step 2",
      "[",
      "- [[step 2]]\n",
    ])
      assert.deepEqual(split(text), [text]);
  });

  test("in a block of code they stay, too", () => {
    for (const text of [
      "```\n[[step 2]]\n```\n",
      "~~~md\n```\n[[step 2]]\n~~~\n",
      "````\n```\n[[step 2]]\n````\n",
      "- a list\n\n  ```sh\n  [[step 2]]\n  ```\n",
      "```\nnever shut\n[[step 2]]",
    ])
      assert.deepEqual(split(text), [text]);
    assert.deepEqual(split("```\ncode\n```\n[[step 2]]\nx"), ["```\ncode\n```\n", 2, "x"]);
    assert.deepEqual(split("```one line```\n[[step 2]]\nx"), ["```one line```\n", 2, "x"]);
  });

  test("hold back nothing that cannot become one", () => {
    const splitter = splitMarks(3);
    assert.deepEqual(splitter.push("Look"), ["Look"]);
    assert.deepEqual(splitter.push(" [["), [" [["]);
    assert.deepEqual(splitter.push("\n[[st"), ["\n"]);
    assert.deepEqual(splitter.push("art"), ["[[start"]);
  });
});

const word = fc.oneof(
  fc.constantFrom("[[step 1]]", "[[step 2]]", "[[step 9]]", "[[", "]]", "step 3", "\n", "\n\n", " ", "   "),
  fc.constantFrom("```", "~~~", "````", "`", "\r\n", "\t", "Look.", "- "),
  fc.string({ maxLength: 3 }),
);

test("however the text is cut, the same comes of it", () => {
  fc.assert(
    fc.property(fc.array(word), fc.array(fc.nat(40)), (words, lengths) => {
      const text = words.join("");
      const cuts: string[] = [];
      let from = 0;
      for (const length of lengths) {
        cuts.push(text.slice(from, from + length));
        from += length;
      }
      cuts.push(text.slice(from));
      assert.deepEqual(split(...cuts), split(text));
      assert.deepEqual(split(...text), split(text));
    }),
    {
      numRuns: 500,
      examples: [
        [["[[step 1]]", "\n", " ", "   ", "\n", "x"], [15]],
        [["[[step 1]]", "\n", " ", "\r\n", "x"], [13]],
      ],
    },
  );
});

test("nothing is lost but marks and the blank lines behind them", () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join("");
      const said = split(text)
        .filter((piece) => typeof piece === "string")
        .join("");
      const bare = (some: string) =>
        some.replace(/^ {0,3}\[\[step [1-3]\]\][ \t]*\r?$/gim, "").replace(/\s/g, "");
      assert.equal(bare(said), bare(text));
    }),
  );
});
