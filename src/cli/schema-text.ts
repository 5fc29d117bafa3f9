import { isObject } from "../lib/is-object.ts";
import type { Json } from "../protocols/json.ts";

/** The parameters of a JSON Schema in a line: `city: string, days?: integer, unit?: "c" | "f"`. */
export function schemaText(schema: Json): string {
  if (!isObject(schema) || !isObject(schema.properties)) return "";
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(schema.properties)
    .map(([name, type]) => `${name}${required.includes(name) ? "" : "?"}: ${typeText(type)}`)
    .join(", ");
}

function typeText(schema: Json | undefined): string {
  if (!isObject(schema)) return "any";
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return choices.map(typeText).join(" | ");
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  if (schema.type === "array") return schema.items === undefined ? "array" : `${typeText(schema.items)}[]`;
  if (schema.type === "object" && isObject(schema.properties)) return `{ ${schemaText(schema)} }`;
  return typeof schema.type === "string" ? schema.type : "any";
}
