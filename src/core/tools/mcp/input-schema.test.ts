import assert from "node:assert/strict";
import { test } from "node:test";
import { readInputSchema } from "./input-schema.ts";

const fault = (value: unknown) => {
  const read = readInputSchema(value);
  return "fault" in read ? read.fault : assert.fail("it should have a fault");
};
const nested = (depth: number): object =>
  JSON.parse(`${'{"items":'.repeat(depth)}{}${"}".repeat(depth)}`) as object;

test("what is no schema of an object, or is too deep or too long, has its fault told", () => {
  for (const value of [undefined, null, 7, "object", [], [{}]]) assert.match(fault(value), /no object/);
  assert.match(fault({ type: "string" }), /not that of an object/);
  assert.match(fault({ properties: nested(100_000) }), /deeper than 24/);
  assert.match(fault({ description: "x".repeat(40_000) }), /longer than 32768/);
});

test("a schema without a type is that of an object", () => {
  assert.deepEqual(readInputSchema({}), { schema: { type: "object" } });
});

test("foreign regular expressions are told to the model and never run; a parameter may be called pattern", () => {
  const read = readInputSchema({
    type: "object",
    properties: {
      pattern: { type: "string", pattern: "^(a+)+$", description: "What to look for" },
      list: { type: "array", items: { anyOf: [{ type: "string", pattern: "(b+)+" }] } },
      map: { type: "object", patternProperties: { "^x": {} }, additionalProperties: false },
    },
    default: { pattern: "kept" },
    required: ["pattern"],
  });
  assert.deepEqual(read, {
    schema: {
      type: "object",
      properties: {
        pattern: { type: "string", description: "What to look for. Must match ^(a+)+$" },
        list: { type: "array", items: { anyOf: [{ type: "string", description: "Must match (b+)+" }] } },
        map: { type: "object" },
      },
      default: { pattern: "kept" },
      required: ["pattern"],
    },
  });
});
