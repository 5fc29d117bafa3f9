import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createThinkSplitter } from "./think-splitter.ts";

type Said = { kind: "text" | "thinking"; piece: string };

function split(pieces: readonly string[]) {
  const said: Said[] = [];
  const splitter = createThinkSplitter((kind, piece) => said.push({ kind, piece }));
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  const of = (kind: Said["kind"]) => said.flatMap((one) => (one.kind === kind ? one.piece : "")).join("");
  return { text: of("text"), thinking: of("thinking"), said };
}

const fragment = fc.oneof(
  fc.constantFrom(
    "<think>",
    "</think>",
    "<thinking>",
    "</thinking>",
    "<",
    "</",
    "think",
    ">",
    "\n",
    " ",
    "<th",
    "ing",
  ),
  fc.string({ maxLength: 4 }),
);

/** An answer, and the same answer cut at any places. */
const cutAnswer = fc
  .array(fragment, { maxLength: 14 })
  .map((fragments) => fragments.join(""))
  .chain((whole) =>
    fc.tuple(fc.constant(whole), fc.array(fc.nat({ max: Math.max(whole.length, 1) }), { maxLength: 12 })),
  )
  .map(([whole, places]) => {
    const ends = [...places.filter((place) => place <= whole.length), 0, whole.length].sort((a, b) => a - b);
    return { whole, pieces: ends.slice(1).map((end, index) => whole.slice(ends[index], end)) };
  });

test("what is said does not depend on where it was cut", () => {
  fc.assert(
    fc.property(cutAnswer, ({ whole, pieces }) => {
      const { text, thinking } = split(pieces);
      const once = split([whole]);
      assert.deepEqual({ text, thinking }, { text: once.text, thinking: once.thinking });
    }),
    { numRuns: 2000 },
  );
});

test("nothing is lost or added but tags and the blanks beside them", () => {
  const bare = (text: string) => text.replace(/<\/?think(ing)?>|\s/g, "");
  fc.assert(
    fc.property(cutAnswer, ({ whole, pieces }) => {
      const { text, thinking } = split(pieces);
      assert.equal(bare(text).length + bare(thinking).length <= whole.length, true);
      if (!/<think(ing)?>/.test(whole)) assert.equal(text, whole);
    }),
    { numRuns: 1000 },
  );
});

test("without a `<` every piece passes at once and as it is", () => {
  const pieces = fc.array(fc.string({ minLength: 1 }).filter((piece) => !piece.includes("<")));
  fc.assert(
    fc.property(pieces, (all) => {
      const said: string[] = [];
      const splitter = createThinkSplitter((_kind, piece) => said.push(piece));
      for (const [index, piece] of all.entries()) {
        splitter.push(piece);
        assert.equal(said.join(""), all.slice(0, index + 1).join(""));
      }
    }),
  );
});

test("tells reasoning from text, one letter at a time", () => {
  const { text, thinking } = split([
    ..."\n<think>\nLet me <i>see</i>…</thin\n</think>\n\nYes. <think>no</think>",
  ]);
  assert.equal(thinking, "Let me <i>see</i>…</thin\n");
  assert.equal(text, "\nYes. <think>no</think>");
});

test("a block may follow a block, and one that never ends is reasoning", () => {
  const two = split(["<thinking>one </think> </thinking> <think>", "two</think>", "done"]);
  assert.deepEqual([two.thinking, two.text], ["one </think> two", "done"]);
  const open = split(["<think>still at it </thin"]);
  assert.deepEqual([open.thinking, open.text], ["still at it </thin", ""]);
});

test("what only looked like a tag is text", () => {
  assert.equal(split(["<thi"]).text, "<thi");
  assert.equal(split(["<thi", "rd>"]).text, "<third>");
  assert.equal(split(["<", "b>bold"]).text, "<b>bold");
});
