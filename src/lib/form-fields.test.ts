import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formFields, formSchema } from "./form-fields.ts";

const form = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });
const wrong = (message: RegExp) => ({ code: "bad_input", message });

test("texts, numbers, switches and choices are read with their limits and presets", () => {
  const fields = formFields(
    form(
      {
        name: { type: "string", title: "Name", minLength: 2, maxLength: 9, default: "Ada" },
        mail: { type: "string", format: "email" },
        age: { type: "integer", minimum: 0, maximum: 150, default: 36 },
        tall: { type: "number" },
        news: { type: "boolean", default: true },
        plain: { type: "string", enum: ["a", "b"], enumNames: ["Alpha"], default: "b" },
        titled: { type: "string", oneOf: [{ const: "x", title: "Ex" }], description: "One of one" },
        several: {
          type: "array",
          items: { anyOf: [{ const: "p" }, { const: "q" }] },
          minItems: 1,
          default: ["q"],
        },
      },
      { required: ["name", "age"] },
    ),
  );
  const options = [
    { value: "a", title: "Alpha" },
    { value: "b", title: "b" },
  ];
  const texts = { kind: "text", required: false };
  assert.deepEqual(fields, [
    { ...texts, name: "name", title: "Name", required: true, minLength: 2, maxLength: 9, default: "Ada" },
    { ...texts, name: "mail", title: "mail", format: "email" },
    {
      ...{ kind: "number", name: "age", title: "age", required: true, whole: true },
      ...{ minimum: 0, maximum: 150, default: 36 },
    },
    { kind: "number", name: "tall", title: "tall", required: false, whole: false },
    { kind: "boolean", name: "news", title: "news", required: false, default: true },
    { kind: "choice", name: "plain", title: "plain", required: false, options, default: "b" },
    {
      ...{ kind: "choice", name: "titled", title: "titled", required: false, description: "One of one" },
      options: [{ value: "x", title: "Ex" }],
    },
    {
      ...{ kind: "choices", name: "several", title: "several", required: false, minItems: 1, default: ["q"] },
      options: [
        { value: "p", title: "p" },
        { value: "q", title: "q" },
      ],
    },
  ]);
});

test("what is not known, above all a pattern, does not come through", () => {
  const schema = form(
    {
      a: { type: "string", pattern: "(a+)+$", format: "regex", minLength: "2", default: 7, $ref: "http://x" },
    },
    { $defs: {}, additionalProperties: { type: "object" } },
  );
  assert.deepEqual(formSchema(formFields(schema)), form({ a: { type: "string" } }));
  const preset = form({ a: { type: "string", enum: ["x"], default: "y" } });
  assert.equal("default" in (formFields(preset)[0] ?? {}), false, "a preset that is no choice is none");
});

test("names of the language itself are names like others", () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"boolean"},"constructor":{"type":"string"}},"required":["__proto__"]}',
  ) as object;
  const fields = formFields(schema);
  assert.deepEqual(
    fields.map(({ name, required }) => [name, required]),
    [
      ["__proto__", true],
      ["constructor", false],
    ],
  );
  assert.deepEqual(formFields(formSchema(fields)), fields);
});

test("long titles and descriptions are cut, and what cannot be drawn is refused with its field", () => {
  const [field] = formFields(
    form({ a: { type: "string", title: "t".repeat(999), description: "d".repeat(9999) } }),
  );
  assert.deepEqual([field?.title.length, field?.description?.length], [300, 2000]);
  for (const [schema, message] of [
    [undefined, /not the schema of an object/],
    [[], /not the schema of an object/],
    [{ type: "string" }, /not the schema of an object/],
    [form({ a: { type: "object", properties: {} } }), /: a: it is neither text, number, boolean nor choice/],
    [form({ a: true }), /: a: it has no schema/],
    [form({ a: { type: ["string", "null"] } }), /: a: it is neither/],
    [form({ a: { type: "array", items: { type: "string" } } }), /: a: a list has to be one of given choices/],
    [form({ a: { type: "string", enum: [] } }), /: a: it has no choices/],
    [form({ a: { type: "string", enum: [{ deep: 1 }] } }), /: a: a choice is no short text/],
    [
      form({ a: { type: "string", enum: Array.from({ length: 201 }, String) } }),
      /: a: it has more than 200 choices/,
    ],
    [form({ "": { type: "string" } }), /a field's name has 1 to 100 characters/],
    [form({ [`n${"n".repeat(100)}`]: { type: "string" } }), /a field's name has 1 to 100 characters/],
    [
      form(Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`f${at}`, { type: "string" }]))),
      /more than 50 fields/,
    ],
    [form({ a: { type: "string", description: "d".repeat(40_000) } }), /longer than 32768 characters/],
  ] as const)
    assert.throws(() => formFields(schema), wrong(message));
});

test("a form that is nested without end is refused like any other", () => {
  let deep: object = { type: "string" };
  for (let level = 0; level < 100_000; level++) deep = { type: "array", items: deep };
  assert.throws(() => formFields(form({ a: deep })), { code: "bad_input" });
});

test("whatever a schema is, it is refused as bad input or read, and reads the same when written out", () => {
  const scalar = fc.oneof(
    fc.constantFrom("string", "number", "integer", "boolean", "array", "email"),
    fc.jsonValue(),
  );
  const keys = [
    "type",
    "title",
    "default",
    "enum",
    "enumNames",
    "oneOf",
    "items",
    "format",
    "minimum",
    "maxItems",
  ];
  const field = fc.dictionary(fc.constantFrom(...keys), scalar, { maxKeys: 5 });
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(field, fc.jsonValue()), { maxKeys: 4 }), (properties) => {
      let fields: ReturnType<typeof formFields>;
      try {
        fields = formFields(form(properties));
      } catch (error) {
        assert.equal((error as { code?: unknown }).code, "bad_input");
        return;
      }
      assert.deepEqual(formFields(formSchema(fields)), fields);
    }),
  );
});
