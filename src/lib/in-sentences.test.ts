import assert from "node:assert/strict";
import { test } from "node:test";
import { inSentences } from "./in-sentences.ts";

test("a message and its hint are sentences, whoever wrote the end of the message", () => {
  const hint = "Try again.";
  assert.equal(inSentences({ message: "It broke off.", hint }), "It broke off. Try again.");
  assert.equal(
    inSentences({ message: "It broke off: overloaded", hint }),
    "It broke off: overloaded. Try again.",
  );
  assert.equal(inSentences({ message: 'It said "no."', hint }), 'It said "no." Try again.');
  assert.equal(
    inSentences({ message: "It cannot be reached (ECONNREFUSED)", hint }),
    "It cannot be reached (ECONNREFUSED). Try again.",
  );
});

test("a message without a hint stays as it is", () => {
  for (const hint of [undefined, "", 7]) assert.equal(inSentences({ message: "No", hint }), "No");
});
