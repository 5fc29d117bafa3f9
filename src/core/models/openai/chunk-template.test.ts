import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ModelEvent } from "../../../protocols/model.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { templateOf, tokenIn } from "./chunk-template.ts";

const chunk = (delta: object, more: object = {}) => ({
  id: "chatcmpl-1",
  model: "m",
  choices: [{ index: 0, delta, finish_reason: null }],
  ...more,
});
const said = (
  content: string,
  event: "message_tokens" | "thinking_tokens" = "message_tokens",
): ModelEvent => ({
  event,
  data: { content, model: "m" },
});

const token = fc.oneof(
  fc.string({ minLength: 1, unit: "grapheme" }),
  fc.constantFrom(
    "m",
    "content",
    "chatcmpl-1",
    '"',
    "\\",
    '"}',
    "\n",
    "é",
    "日本",
    "\u2028",
    "</think>",
    "null",
  ),
);
const piece = fc.record({
  token,
  key: fc.constantFrom("content", "content", "content", "reasoning", "reasoning_content"),
  more: fc.constantFrom({}, {}, {}, { obfuscation: "x7" }, { usage: null }, { choices: [] }),
});

test("a stream says what its chunks say, parsed or recognised", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const expected: [string, string][] = [["message_tokens", "Begin"]];
      const chunks: object[] = [chunk({ content: "Begin" })];
      for (const { token: content, key, more } of pieces) {
        chunks.push(chunk({ role: "assistant", content: "", [key]: content }, more));
        if ("choices" in more) continue;
        expected.push([key === "content" ? "message_tokens" : "thinking_tokens", content]);
      }
      const out: ModelEvent[] = [];
      const reader = createAnswerReader({ model: "m", provider: "p", secrets: [], newId: () => "id" });
      for (const one of chunks) reader.feed(`data: ${JSON.stringify(one)}\n\n`, out);
      const heard = out.map(({ event, data }) => [event, "content" in data ? data.content : ""]);
      assert.deepEqual(heard, expected);
    }),
    { numRuns: 1000 },
  );
});

test("a template fits what differs in the token alone", () => {
  const template =
    templateOf(JSON.stringify(chunk({ content: "one" })), said("one")) ?? assert.fail("no template");
  assert.equal(tokenIn(template, JSON.stringify(chunk({ content: "two, three" }))), "two, three");
  for (const other of [
    chunk({ content: 'quo"te' }),
    chunk({ content: "" }),
    chunk({ content: "x", tool_calls: [] }),
    chunk({ content: "x" }, { usage: { total_tokens: 1 } }),
    { ...chunk({ content: "x" }), id: "chatcmpl-2" },
    { choices: [{ index: 0, delta: { content: "x" }, finish_reason: "stop" }] },
  ]) {
    assert.equal(tokenIn(template, JSON.stringify(other)), undefined, JSON.stringify(other));
  }
});

test("no template where the token's place is uncertain", () => {
  assert.equal(templateOf(JSON.stringify(chunk({ content: "m" })), said("m")), undefined); // also the model's name
  assert.equal(templateOf('{"choices":[{"delta":{"content":"\\u0041"}}]}', said("A")), undefined);
  const elsewhere = '{"note":"A","choices":[{"delta":{"content":"\\u0041"}}]}';
  assert.equal(templateOf(elsewhere, said("A")), undefined);
  assert.equal(
    templateOf(JSON.stringify(chunk({ content: "one" })), said("one", "thinking_tokens")),
    undefined,
  );
});
