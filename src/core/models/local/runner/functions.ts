import type { ChatModelFunctions, GbnfJsonSchema } from "node-llama-cpp";
import { isObject } from "../../../../lib/is-object.ts";
import type { Json } from "../../../../protocols/json.ts";
import type { ToolSchema } from "../../../../protocols/model.ts";

/** Tools as node-llama-cpp offers them. */
export const functionsOf = (tools: readonly ToolSchema[]): ChatModelFunctions =>
  Object.fromEntries(
    tools.map(({ name, description, parameters }) => [
      name,
      { description, params: grammarSchema(parameters) },
    ]),
  );

/** No deeper than people write them; what is deeper may be any JSON. */
const deepest = 32;

/**
 * A JSON Schema in the words that node-llama-cpp makes grammars of. It knows a part of them: `anyOf` and `allOf` of one
 * become what they stand for, `nullable` types a choice, references outside of `$defs` and what is unknown any JSON.
 */
export function grammarSchema(schema: Json | undefined, depth = 0): GbnfJsonSchema {
  if (!isObject(schema) || depth > deepest) return anyJson;
  const { anyOf, allOf, oneOf, type, enum: options, $ref, $defs } = schema;
  const description = typeof schema.description === "string" ? { description: schema.description } : {};
  const inner = (value: Json | undefined) => grammarSchema(value, depth + 1);
  const defs = isObject($defs)
    ? { $defs: Object.fromEntries(Object.entries($defs).map(([name, def]) => [name, inner(def)])) }
    : {};
  const choice = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : undefined;
  const build = (made: object): GbnfJsonSchema => ({ ...made, ...description, ...defs }) as GbnfJsonSchema;
  if (typeof $ref === "string") return $ref.startsWith("#/$defs/") ? build({ $ref }) : anyJson;
  if ("const" in schema && isPlain(schema.const)) return build({ const: schema.const });
  if (Array.isArray(options) && options.every(isPlain)) return build({ enum: options });
  if (choice !== undefined && choice.length > 0) return build({ oneOf: choice.map(inner) });
  if (Array.isArray(allOf) && allOf.length === 1) return build({ ...inner(allOf[0]) });
  if (Array.isArray(type) && type.some((one) => one === "object" || one === "array" || one === "string"))
    return build({ oneOf: type.map((one) => inner({ ...schema, type: one, description: undefined })) });
  if (type === "object" || (type === undefined && isObject(schema.properties))) return build(objectOf());
  if (type === "array") {
    const { items, minItems, maxItems } = schema;
    const sizes = { ...size("minItems", minItems), ...size("maxItems", maxItems) };
    return build({ type, items: inner(items), ...sizes });
  }
  if (type === "string") {
    const { minLength, maxLength, format } = schema;
    if (["date-time", "time", "date"].includes(String(format))) return build({ type, format });
    return build({ type, ...size("minLength", minLength), ...size("maxLength", maxLength) });
  }
  if (typeof type === "string" || Array.isArray(type)) return build({ type });
  return anyJson;

  function objectOf() {
    const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
    const more = isObject(schema) ? schema.additionalProperties : undefined;
    const open = Object.keys(properties).length === 0;
    return {
      type: "object",
      properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, inner(value)])),
      ...(isObject(more)
        ? { additionalProperties: inner(more) }
        : { additionalProperties: more === true || (open && more !== false) }),
    };
  }
}

/** llama.cpp writes out what repeats: a larger bound would make a grammar that it refuses, and is left out. */
const largestSize = 1000;

/** What may be anything. */
const anyJson: GbnfJsonSchema = {
  oneOf: [
    { type: ["string", "number", "boolean", "null"] },
    { type: "object", additionalProperties: true },
    { type: "array" },
  ],
};

const isPlain = (value: unknown): boolean => value === null || typeof value !== "object";

const size = (name: string, value: Json | undefined): Record<string, number> =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= largestSize
    ? { [name]: value }
    : {};
