import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../protocols/json.ts";
import { SchemaFault } from "./fault.ts";
import { readSignature } from "./signature.ts";
import { readSource } from "./source.ts";

/** The signature of the function `f` of a file. */
async function signature(text: string, file = "f.ts") {
  const source = await readSource(file, text);
  const written = source.exports.get("f");
  if (written?.kind !== "function") return assert.fail("there is no function f");
  try {
    return readSignature(written.node, written.doc, source);
  } catch (error) {
    if (error instanceof SchemaFault) error.message = `${source.lineAt(error.at)}: ${error.message}`;
    throw error;
  }
}

const declarations = `
  interface Place { /** Its name. */ city: string; country?: string }
  interface Spot extends Place { at: [number, number] }
  type Tree = { name: string; children: Tree[] };
  type Named<T> = { name: T };
  type Mode = "fast" | "slow";
`;

/** The schema of a type, as it is for the parameter \`x\`. */
async function schemaOf(type: string): Promise<JsonObject> {
  const { parameters } = await signature(`${declarations}export function f(x: ${type}, y: string) {}`);
  const { x } = parameters.properties as { readonly x: JsonObject };
  return parameters.$defs === undefined ? x : { ...x, $defs: parameters.$defs };
}

const place = {
  city: { type: "string", description: "Its name." },
  country: { type: "string" },
};
const object = (properties: JsonObject, required: readonly string[] = Object.keys(properties)) => ({
  ...{ type: "object", properties, required, additionalProperties: false },
});
const text = { type: "string" };
const number = { type: "number" };

const cases: Readonly<Record<string, JsonObject>> = {
  string: text,
  number,
  integer: { type: "integer" },
  boolean: { type: "boolean" },
  null: { type: "null" },
  unknown: {},
  any: {},
  object: { type: "object" },
  "'a'": { type: "string", enum: ["a"] },
  "'a' | 'b' | 3 | -4": {
    anyOf: [
      { type: "string", enum: ["a", "b"] },
      { type: "number", enum: [3, -4] },
    ],
  },
  "Mode | null": { anyOf: [{ type: "string", enum: ["fast", "slow"] }, { type: "null" }] },
  "string | undefined": text,
  "(string | number)[]": { type: "array", items: { anyOf: [text, number] } },
  "readonly string[]": { type: "array", items: text },
  "Array<Mode>": { type: "array", items: { type: "string", enum: ["fast", "slow"] } },
  "[string, number]": { type: "array", prefixItems: [text, number], minItems: 2, maxItems: 2 },
  "[a: string, b?: number]": { type: "array", prefixItems: [text, number], minItems: 1, maxItems: 2 },
  "[string, ...number[]]": { type: "array", prefixItems: [text], items: number, minItems: 1 },
  "Record<string, number>": { type: "object", additionalProperties: number },
  "{ [name: string]: number }": {
    ...{ type: "object", properties: {}, required: [], additionalProperties: number },
  },
  "Record<Mode, number>": object({ fast: number, slow: number }),
  "{ a: string; 'b-c'?: number }": object({ a: text, "b-c": number }, ["a"]),
  "{ a: string | undefined }": object({ a: text }, []),
  Place: object(place, ["city"]),
  Spot: object(
    {
      ...place,
      at: { type: "array", prefixItems: [number, number], minItems: 2, maxItems: 2 },
    },
    ["city", "at"],
  ),
  "Place & { a: number }": object({ ...place, a: number }, ["city", "a"]),
  "Partial<Place>": object(place, []),
  "Required<Place>": object(place),
  "Readonly<Place>": object(place, ["city"]),
  "Pick<Place, 'city'>": object({ city: place.city }),
  "Omit<Place, 'city'>": object({ country: text }, []),
  Tree: {
    $ref: "#/$defs/Tree",
    $defs: { Tree: object({ name: text, children: { type: "array", items: { $ref: "#/$defs/Tree" } } }) },
  },
};

for (const [type, schema] of Object.entries(cases)) {
  test(`the type ${type} has its schema`, async () => assert.deepEqual(await schemaOf(type), schema));
}

test("a type that JSON cannot carry is named, with its line", async () => {
  const faults: Readonly<Record<string, RegExp>> = {
    Date: /^7: the type Date is none of JSON's/,
    "Map<string, number>": /^7: the type Map is none/,
    "Named<string>": /^7: the type Named, which has parameters of its own/,
    bigint: /^7: the type bigint cannot/,
    symbol: /the type symbol cannot/,
    "() => void": /the type function cannot/,
    "keyof Place": /the type keyof cannot/,
    "`a${string}`": /the type templateliteral cannot/,
    "{ run(): void }": /only properties with a type/,
    "string & number": /an intersection of anything but objects/,
    "Pick<Place, string>": /Pick needs the names in quotes/,
    "ns.Type": /the type with a dot in its name/,
  };
  for (const [type, message] of Object.entries(faults)) {
    await assert.rejects(schemaOf(type), { name: "SchemaFault", message }, type);
  }
});

test("a single object that is called args, or taken apart, is the object itself", async () => {
  const expected = object({ city: place.city, country: { type: "string", default: "it" } }, ["city"]);
  const apart = await signature(`${declarations}export function f({ city, country = "it" }: Place) {}`);
  assert.deepEqual(apart, { parameters: expected, slots: [{ fill: "arguments" }] });
  const whole = await signature(`${declarations}export function f(args: Place, context: ToolContext) {}`);
  assert.deepEqual(whole.parameters, object(place, ["city"]));
  assert.deepEqual(whole.slots, [{ fill: "arguments" }, { fill: "context" }]);
  const open = await signature(`export function f(args: Record<string, number>) {}`);
  assert.deepEqual(open.parameters, { type: "object", properties: {}, additionalProperties: number });
  const listed = await signature(`export function f(args: string[]) {}`);
  assert.deepEqual(listed.slots, [{ fill: "argument", name: "args" }]);
  const beside = signature(`${declarations}export function f({ city }: Place, days: number) {}`);
  await assert.rejects(beside, { message: /taken apart must be an object and the only one/ });
});

test("defaults that are values are in the schema, and others only make a parameter optional", async () => {
  const { parameters } = await signature(
    `export function f(a = "x", b: number = -1, c: string[] = ["y"], d: string = made(), e = false) {}`,
  );
  assert.deepEqual(parameters, {
    ...object(
      {
        a: { type: "string", default: "x" },
        b: { type: "number", default: -1 },
        c: { type: "array", items: text, default: ["y"] },
        d: text,
        e: { type: "boolean", default: false },
      },
      [],
    ),
  });
});

test("a doc comment makes numbers whole, in parameters and in properties", async () => {
  const { parameters } = await signature(`
    /** @param {integer[]} ids which */
    export function f(ids: number[], place: { /** @integer */ zip: number }) {}`);
  assert.deepEqual(
    parameters,
    object({
      ids: { type: "array", items: { type: "integer" }, description: "which" },
      place: object({ zip: { type: "integer" } }),
    }),
  );
});

test("the marks of doc comments are understood in JavaScript", async () => {
  const { parameters } = await signature(
    `/**
      * @param {?string} a
      * @param {Array.<number>} b
      * @param {*} c
      * @param {Object<string, boolean>=} d
      * @param {{x: number}} [e]
      * @param {"p"|"q"} [g=p] one of two
      */
     export const f = (a, b, c, d, e, g) => 1;`,
    "f.js",
  );
  assert.deepEqual(
    parameters,
    object(
      {
        a: { anyOf: [text, { type: "null" }] },
        b: { type: "array", items: number },
        c: {},
        d: { type: "object", additionalProperties: { type: "boolean" } },
        e: object({ x: number }),
        g: { type: "string", enum: ["p", "q"], description: "one of two", default: "p" },
      },
      ["a", "b", "c"],
    ),
  );
});

test("a property whose type JSON cannot carry has the line of its function", async () => {
  const text = `/**
    * @param {object} args
    * @param {Date} args.day
    */
   export const f = (args) => 1;`;
  await assert.rejects(signature(text, "f.js"), { message: /^5: the type Date is none of JSON's/ });
});

test("a doc comment is the one right before what it describes", async () => {
  const source = await readSource(
    "f.ts",
    `/** The file. */
     import "x";
     /**
      * What f does,
      * at length.
      *
      * @returns nothing
      */
     export function f() {}
     export function g() {}`,
  );
  const said = [...source.exports].map(([name, written]) => [
    name,
    "doc" in written && written.doc.description,
  ]);
  assert.deepEqual(said, [
    ["f", "What f does,\nat length."],
    ["g", ""],
  ]);
});
