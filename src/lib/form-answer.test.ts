import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../protocols/json.ts";
import { faultText, formFaults } from "./form-answer.ts";
import type { FormField } from "./form-fields.ts";

const named = (name: string, required = false) => ({ name, title: name, required });
const options = [
  { value: "a", title: "A" },
  { value: "b", title: "B" },
];
const fields: readonly FormField[] = [
  { ...named("text", true), kind: "text", minLength: 2, maxLength: 4 },
  { ...named("mail"), kind: "text", format: "email" },
  { ...named("page"), kind: "text", format: "uri" },
  { ...named("day"), kind: "text", format: "date" },
  { ...named("time"), kind: "text", format: "date-time" },
  { ...named("count"), kind: "number", whole: true, minimum: 1, maximum: 8 },
  { ...named("part"), kind: "number", whole: false },
  { ...named("yes"), kind: "boolean" },
  { ...named("one"), kind: "choice", options },
  { ...named("some"), kind: "choices", options, minItems: 1, maxItems: 1 },
];
const faults = (values: JsonObject) => formFaults(fields, { text: "abc", ...values });

test("what fits has no faults, and what is optional may be left out", () => {
  assert.deepEqual(faults({}), []);
  const all = {
    ...{
      mail: "ada@example.com",
      page: "https://example.com",
      day: "2028-02-29",
      time: "2026-01-31T12:00:00+01:00",
    },
    ...{ count: 8, part: 0.5, yes: false, one: "b", some: ["a"] },
  };
  assert.deepEqual(faults(all), []);
});

test("each thing that does not fit is named with its field and its limit", () => {
  for (const [values, ...expected] of [
    [{ text: "" }, "missing"],
    [{ text: null }, "no_text"],
    [{ text: "a" }, "too_short", 2],
    [{ text: "abcde" }, "too_long", 4],
    [{ mail: "ada" }, "email"],
    [{ page: "example" }, "uri"],
    [{ day: "2026-02-31" }, "date"],
    [{ day: "31.1.2026" }, "date"],
    [{ time: "2026-01-31" }, "date-time"],
    [{ time: "2026-13-31T12:00:00Z" }, "date-time"],
    [{ count: "2" }, "no_number"],
    [{ count: 1.5 }, "not_whole"],
    [{ count: 0 }, "too_small", 1],
    [{ count: 9 }, "too_large", 8],
    [{ yes: "true" }, "no_boolean"],
    [{ one: "A" }, "no_choice"],
    [{ some: "a" }, "no_choice"],
    [{ some: ["a", "a"] }, "no_choice"],
    [{ some: [] }, "too_few", 1],
    [{ some: ["a", "b"] }, "too_many", 1],
  ] as const) {
    const found = faults(values as JsonObject).map(({ field, fault, limit }) => [
      field,
      fault,
      ...(limit === undefined ? [] : [limit]),
    ]);
    assert.deepEqual(found, [[Object.keys(values)[0], ...expected]], JSON.stringify(values));
  }
});

test("a field that the form does not have is a fault, also one that every object has", () => {
  const values = JSON.parse('{"text":"abc","more":1,"__proto__":2}') as JsonObject;
  assert.deepEqual(
    formFaults(fields, values).map(({ field, fault }) => [field, fault]),
    [
      ["more", "unknown"],
      ["__proto__", "unknown"],
    ],
  );
  const inherited: FormField = { ...named("toString", true), kind: "text" };
  assert.deepEqual(formFaults([inherited], {}), [{ field: "toString", fault: "missing" }]);
});

test("a fault is a sentence for whoever writes by hand", () => {
  assert.equal(faultText({ field: "count", fault: "too_large", limit: 8 }), "count must be at most 8");
  assert.equal(faultText({ field: "text", fault: "missing" }), "text is missing");
});
