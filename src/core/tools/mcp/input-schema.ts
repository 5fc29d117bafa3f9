import { isObject } from "../../../lib/is-object.ts";
import type { Json, JsonObject } from "../../../protocols/json.ts";

/** Levels of one schema; real ones have some ten. */
const MAX_DEPTH = 24;
/** Of its JSON text; it is sent to the model with every message. */
const MAX_CHARACTERS = 32_768;

/** A schema that can be given to a model and checked against, or what is wrong with it as the end of a sentence. */
export type ReadSchema = { readonly schema: JsonObject } | { readonly fault: string };

/**
 * What a server says its tool takes. Patterns are left out, for a foreign regular expression can run for years on a
 * text of the model; the server checks its arguments itself, and the model reads them in the description.
 */
export function readInputSchema(value: unknown): ReadSchema {
  if (!isObject<Json>(value)) return { fault: "its schema is no object" };
  if (value.type !== undefined && value.type !== "object")
    return { fault: "its schema is not that of an object" };
  if (deeperThan(MAX_DEPTH, value)) return { fault: `its schema is deeper than ${MAX_DEPTH} levels` };
  if (JSON.stringify(value).length > MAX_CHARACTERS)
    return { fault: `its schema is longer than ${MAX_CHARACTERS} characters` };
  return { schema: { ...withoutPatterns(value), type: "object" } };
}

/** Stops at that depth, however deep the value is. */
function deeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((child) => deeperThan(depth - 1, child));
}

/** Their values are data and not schemas. */
const DATA = new Set(["default", "const", "enum", "examples", "required", "dependentRequired"]);
/** Their keys are names and not keywords. */
const NAMES = new Set(["properties", "$defs", "definitions", "dependentSchemas", "dependencies"]);

function withoutPatterns(schema: JsonObject): JsonObject {
  const { pattern, patternProperties, ...rest } = schema;
  const kept = Object.entries(rest).map(([key, value]) => [key, DATA.has(key) ? value : inside(key, value)]);
  const clean: JsonObject = Object.fromEntries(kept);
  if (typeof pattern === "string") {
    const said = [schema.description, `Must match ${pattern}`];
    Object.assign(clean, { description: said.filter((text) => typeof text === "string").join(". ") });
  }
  if (patternProperties === undefined) return clean;
  const { additionalProperties: _, ...open } = clean; // what it allowed by pattern would now be refused
  return open;
}

function inside(key: string, value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => (isObject<Json>(item) ? withoutPatterns(item) : item));
  if (!isObject(value)) return value;
  if (!NAMES.has(key)) return withoutPatterns(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, isObject(child) ? withoutPatterns(child) : child]),
  ) as JsonObject;
}
