import assert from "node:assert/strict";
import { test } from "node:test";
import type { FormField } from "../../../src/lib/form-fields.ts";
import { filledBefore, valuesOf } from "./question-values.ts";

const named = (name: string) => ({ name, title: name, required: false });
const options = [{ value: "a", title: "A" }];
const text: FormField = { ...named("text"), kind: "text" };
const number: FormField = { ...named("number"), kind: "number", whole: false };
const time: FormField = { ...named("time"), kind: "text", format: "date-time" };
const fields: readonly FormField[] = [
  text,
  number,
  time,
  { ...named("switch"), kind: "boolean" },
  { ...named("one"), kind: "choice", options },
  { ...named("some"), kind: "choices", options },
];

test("a form that nobody touched sends its switches, and nothing else", () => {
  assert.deepEqual(valuesOf(fields, filledBefore(fields)), { switch: false });
});

test("what a form is preset with is what it sends", () => {
  const preset: readonly FormField[] = [
    { ...text, kind: "text", default: "Ada" },
    { ...number, kind: "number", whole: true, default: 0 },
    { ...named("switch"), kind: "boolean", default: true },
    { ...named("one"), kind: "choice", options, default: "a" },
    { ...named("some"), kind: "choices", options, default: ["a"] },
  ];
  const values = { text: "Ada", number: 0, switch: true, one: "a", some: ["a"] };
  assert.deepEqual(valuesOf(preset, filledBefore(preset)), values);
});

test("a number is sent as one, and a text that is none as it is, to be told", () => {
  for (const [typed, sent] of [
    ["1.5", 1.5],
    ["-2", -2],
    ["two", "two"],
    ["1e999", "1e999"],
  ] as const)
    assert.deepEqual(valuesOf([number], { number: typed }), { number: sent });
});

test("a time of this place is sent as a point in time; one that is none as it is", () => {
  assert.deepEqual(valuesOf([time], { time: "2026-01-31T12:00" }), {
    time: new Date("2026-01-31T12:00").toISOString(),
  });
  assert.deepEqual(valuesOf([time], { time: "soon" }), { time: "soon" });
});

test("a form with a preset time shows it as its field can", () => {
  const preset: FormField = { ...time, kind: "text", format: "date-time", default: "2026-01-31T12:00:00Z" };
  assert.deepEqual(valuesOf([preset], filledBefore([preset])), { time: "2026-01-31T12:00:00.000Z" });
});
