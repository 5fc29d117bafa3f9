import assert from "node:assert/strict";
import { test } from "node:test";
import { sentencesEnd, spokenText } from "./sentences.ts";

test("only whole sentences are read out", () => {
  const text = "First one. Second, and a half";
  assert.equal(text.slice(0, sentencesEnd(text, 0)), "First one.");
  assert.equal(sentencesEnd("no end yet", 0), 0);
  assert.equal(sentencesEnd("Version 1.5 is", 0), 0);
});

test("what was read out is not read again", () => {
  const text = "One. Two. Thr";
  const end = sentencesEnd(text, 0);
  assert.equal(text.slice(0, end), "One. Two.");
  assert.equal(sentencesEnd(text, end), end);
});

test("Chinese and Japanese sentences need no space behind them", () => {
  assert.equal(sentencesEnd("你好。再", 0), 3);
});

test("signs of Markdown are not read, and code only by name", () => {
  assert.equal(
    spokenText("## Head\n- **bold** [link](https://a.b)\n```js\nx()\n```\nafter"),
    "Head bold link (code) after",
  );
});
