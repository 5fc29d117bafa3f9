import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { excerptOf } from "./excerpt.ts";
import { decodeText, encodeText } from "./text-coding.ts";
import { termsOf, tokensOf, unitsOf } from "./words.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      "É",
      "e\u0301",
      "日",
      "本",
      "ー",
      "ｶﾞ",
      "한",
      "\u1112\u1161",
      "\ud83d",
      "\0",
      " ",
      "-",
      "ﬁ",
      "क",
      "ि",
    ),
  }),
);
const tokens = (text: string) => tokensOf(unitsOf(text));

test("every text comes back from its coding, and what is kept is well-formed without NUL", () => {
  const lone = fc.string({
    unit: fc.constantFrom("\ud800", "\udfff", "\0", "\u{10fffe}", "0000", "d800", "x"),
  });
  fc.assert(
    fc.property(fc.oneof(anyText, lone), (text) => {
      const kept = encodeText(text);
      assert.equal(decodeText(kept), text);
      assert.ok(kept.isWellFormed() && !kept.includes("\0"));
    }),
  );
});

test("words lose case and diacritics; runs of characters become pairs and their last one", () => {
  assert.deepEqual(tokens("Crème BRÛLÉE, c++ 3.5 ΟΔΟΣ"), ["creme", "brulee", "c", "3", "5", "οδοσ"]);
  assert.deepEqual(tokens("我喜欢 茶a日本"), ["我喜", "喜欢", "欢", "茶", "a", "日本", "本"]);
  assert.deepEqual(tokens("\u1112\u1161\u11ab국"), ["한국", "국"]);
  assert.deepEqual(tokens("हिन्दी भाषा"), ["हिन्दी", "भाषा"], "vowel signs belong to the word");
  assert.deepEqual(tokens("x".repeat(1000)), ["x".repeat(64)]);
});

test("units lie in their text in order, and folding is the same alone as in a text", () => {
  fc.assert(
    fc.property(anyText, anyText, (left, right) => {
      const text = `${left} | ${right}`;
      const units = unitsOf(text);
      let reached = 0;
      for (const { start, end } of units) {
        assert.ok(start >= 0 && end > start && end <= text.length && end >= reached);
        reached = end;
      }
      assert.deepEqual(tokensOf(units), [...tokens(left), ...tokens(right)]);
    }),
  );
});

test("a text is found by each of its own words, and the mark is where the word is", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const unit of unitsOf(text)) {
        // A Chinese character with an Indic vowel sign is two units in one place: that is nobody's word.
        if (unitsOf(text.slice(unit.start, unit.end)).length > 1) continue;
        const terms = termsOf(`"${text.slice(unit.start, unit.end).replaceAll('"', " ")}"`);
        const { snippet, marks } = excerptOf(text, terms);
        assert.ok(marks.length > 0, `no mark for ${JSON.stringify(unit)}`);
        let reached = 0;
        for (const [start, end] of marks) {
          assert.ok(start >= reached && end > start && end <= snippet.length);
          reached = end;
        }
        assert.ok(text.includes(snippet));
      }
    }),
  );
});

test("reading a long text or an odd one takes time in proportion", () => {
  for (const part of ["e\u0301", "\u0301", "\u1100", "日", "\ud800", '"', "a-"]) {
    const begun = process.threadCpuUsage();
    unitsOf(part.repeat(100_000));
    const { user } = process.threadCpuUsage(begun); // in µs; what else the machine does is not in it
    assert.ok(user < 2_000_000, JSON.stringify(part));
  }
});
