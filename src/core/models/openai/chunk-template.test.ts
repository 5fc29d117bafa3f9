import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ModelEvent } from "../../../protocols/model.ts";
import { createAnswerReader } from "./answer-reader.ts";
import { readTokens, templateOf } from "./chunk-template.ts";

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

const framing = fc.constantFrom(
  (data: string) => `data: ${data}\n\n`,
  (data: string) => `data:${data}\n\n`,
  (data: string) => `data: ${data}\r\n\r\n`,
  (data: string) => `event: message\ndata: ${data}\n\n`,
  (data: string) => `: still here\n\ndata: ${data}\n\n`,
);

test("a stream says what its chunks say, parsed or recognised, however it is framed and cut", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), framing, cuts, (pieces, framed, lengths) => {
      const expected: [string, string][] = [["message_tokens", "Begin"]];
      const chunks: object[] = [chunk({ content: "Begin" })];
      for (const { token: content, key, more } of pieces) {
        chunks.push(chunk({ role: "assistant", content: "", [key]: content }, more));
        if ("choices" in more) continue;
        expected.push([key === "content" ? "message_tokens" : "thinking_tokens", content]);
      }
      const text = chunks.map((one) => framed(JSON.stringify(one))).join("");
      const out: ModelEvent[] = [];
      const reader = createAnswerReader({ model: "m", provider: "p", secrets: [], newId: () => "id" });
      for (let at = 0, cut = 0; at < text.length; cut += 1) {
        const length = lengths[cut % lengths.length] ?? 1;
        reader.feed(text.slice(at, at + length), out);
        at += length;
      }
      const heard = out.map(({ event, data }) => [event, "content" in data ? data.content : ""]);
      assert.deepEqual(heard, expected);
    }),
    { numRuns: 2000 },
  );
});

/** The template of a stream's chunks that look like this one. */
function learn(data: string, event: ModelEvent) {
  return templateOf(`data: ${data}\n\n`, data, event);
}

test("a template reads token after token until something differs in more than the token", () => {
  const template =
    learn(JSON.stringify(chunk({ content: "one" })), said("one")) ?? assert.fail("no template");
  const like = `data: ${JSON.stringify(chunk({ content: "two, three" }))}\n\n`;
  for (const other of [
    chunk({ content: 'quo"te' }),
    chunk({ content: "" }),
    chunk({ content: "x", tool_calls: [] }),
    chunk({ content: "x" }, { usage: { total_tokens: 1 } }),
    { ...chunk({ content: "x" }), id: "chatcmpl-2" },
    { choices: [{ index: 0, delta: { content: "x" }, finish_reason: "stop" }] },
  ]) {
    const tokens: string[] = [];
    const text = `${like}${like}data: ${JSON.stringify(other)}\n\n${like}`;
    const end = readTokens(template, text, 0, (token) => tokens.push(token));
    assert.deepEqual(tokens, ["two, three", "two, three"], JSON.stringify(other));
    assert.equal(end, 2 * like.length);
  }
});

test("what JSON forbids inside a token is left to the parser", () => {
  const template =
    learn(JSON.stringify(chunk({ content: "one" })), said("one")) ?? assert.fail("no template");
  const like = `data: ${JSON.stringify(chunk({ content: "x" }))}\n\n`;
  for (const letter of ["\n", "\r", "\t", "\u0000"]) {
    assert.equal(
      readTokens(template, like.replace('"x"', `"${letter}"`), 0, () => assert.fail()),
      0,
    );
  }
});

test("no template where the token's place is uncertain", () => {
  assert.equal(learn(JSON.stringify(chunk({ content: "m" })), said("m")), undefined); // also the model's name
  assert.equal(learn('{"choices":[{"delta":{"content":"\\u0041"}}]}', said("A")), undefined);
  const elsewhere = '{"note":"A","choices":[{"delta":{"content":"\\u0041"}}]}';
  assert.equal(learn(elsewhere, said("A")), undefined);
  assert.equal(learn(JSON.stringify(chunk({ content: "one" })), said("one", "thinking_tokens")), undefined);
});
