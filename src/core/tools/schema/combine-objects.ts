import type { Json, JsonObject } from "../../../protocols/json.ts";
import { SchemaFault } from "./fault.ts";

type ObjectSchema = JsonObject & {
  readonly properties: Readonly<Record<string, JsonObject>>;
  readonly required: readonly string[];
};

/** All properties of objects in one. @throws SchemaFault for anything else. */
export function intersection(parts: readonly JsonObject[], at: number): JsonObject {
  const all = parts.map((part) => asObject(part, "an intersection of anything but objects", at));
  const others = all
    .map((part) => part.additionalProperties)
    .find((each) => each !== false && each !== undefined);
  return {
    type: "object",
    properties: Object.assign({}, ...all.map(({ properties }) => properties)) as JsonObject,
    required: [...new Set(all.flatMap(({ required }) => required))],
    additionalProperties: others ?? false,
  };
}

/** What TypeScript's helpers for object types make of one. */
export function reshape(
  helper: "Partial" | "Required" | "Readonly" | "Pick" | "Omit",
  schema: JsonObject,
  keys: JsonObject | undefined,
  at: number,
): JsonObject {
  if (helper === "Readonly") return schema;
  const object = asObject(schema, `${helper} of anything but an object`, at);
  if (helper === "Partial") return { ...object, required: [] };
  if (helper === "Required") return { ...object, required: Object.keys(object.properties) };
  if (!Array.isArray(keys?.enum)) throw new SchemaFault(`${helper} needs the names in quotes`, at);
  const names: readonly Json[] = keys.enum;
  const kept = (name: string) => names.includes(name) === (helper === "Pick");
  return {
    ...object,
    properties: Object.fromEntries(Object.entries(object.properties).filter(([name]) => kept(name))),
    required: object.required.filter(kept),
  };
}

function asObject(schema: JsonObject, what: string, at: number): ObjectSchema {
  if (schema.type !== "object") throw new SchemaFault(`${what} cannot be said in JSON Schema`, at);
  return { ...schema, properties: schema.properties ?? {}, required: schema.required ?? [] } as ObjectSchema;
}
