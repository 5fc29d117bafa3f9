import assert from "node:assert/strict";
import { after, test } from "node:test";
import { getLlama } from "node-llama-cpp";
import type { Json } from "../../../../protocols/json.ts";
import { grammarSchema } from "./functions.ts";

const llama = await getLlama({ gpu: false, build: "never", skipDownload: true });
after(() => llama.dispose());

/** What `grammarSchema` made of it, and that llama.cpp makes a grammar of that. */
async function accepted(schema: Json) {
  const made = grammarSchema(schema);
  await llama.createGrammarForJsonSchema(made as { type: "string" });
  return made;
}

test("schemas as tools have them become what node-llama-cpp knows", async () => {
  assert.deepEqual(
    await accepted({
      type: "object",
      properties: {
        name: { type: "string", description: "Whose", pattern: "^a", maxLength: 5000 },
        size: { anyOf: [{ type: "integer" }, { type: "null" }] },
        kind: { enum: ["a", "b"] },
        tags: { type: "array", items: { type: ["string", "null"] }, maxItems: 3 },
        again: { $ref: "#/$defs/thing" },
        day: { type: "string", format: "date" },
      },
      required: ["name"],
      $defs: { thing: { type: "object", properties: { x: { const: 1 } } } },
    }),
    {
      type: "object",
      properties: {
        name: { type: "string", description: "Whose" },
        size: { oneOf: [{ type: "integer" }, { type: "null" }] },
        kind: { enum: ["a", "b"] },
        tags: { type: "array", items: { oneOf: [{ type: "string" }, { type: "null" }] }, maxItems: 3 },
        again: { $ref: "#/$defs/thing" },
        day: { type: "string", format: "date" },
      },
      additionalProperties: false,
      $defs: { thing: { type: "object", properties: { x: { const: 1 } }, additionalProperties: false } },
    },
  );
});

test("what is unknown, nested without end or points nowhere may be any JSON", async () => {
  const any = grammarSchema({});
  for (const odd of [{ $ref: "#/elsewhere" }, { not: {} }, true, "text", null, { enum: [{}] }]) {
    assert.deepEqual(await accepted(odd), any, JSON.stringify(odd));
  }
  let deep: Json = {};
  for (let depth = 0; depth < 10_000; depth += 1) deep = { type: "array", items: deep };
  await accepted(deep);
  assert.deepEqual(await accepted({ type: "object" }), {
    type: "object",
    properties: {},
    additionalProperties: true,
  });
});
