import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaText } from "./schema-text.ts";

test("a schema is told in a line, as somebody would write its type", () => {
  const properties = {
    city: { type: "string" },
    unit: { enum: ["c", "f"] },
    near: { type: "array", items: { type: ["string", "null"] } },
    when: {
      anyOf: [
        { const: "now" },
        { type: "object", properties: { day: { type: "integer" } }, required: ["day"] },
      ],
    },
    rest: {},
    list: { type: "array" },
    open: true,
  };
  assert.equal(
    schemaText({ type: "object", properties, required: ["city"] }),
    'city: string, unit?: "c" | "f", near?: string | null[], when?: "now" | { day: integer }, rest?: any, list?: array, open?: any',
  );
});

test("whatever is no schema of an object has no parameters", () => {
  for (const odd of [null, [], "x", {}, { properties: 5 }]) assert.equal(schemaText(odd), "");
});
