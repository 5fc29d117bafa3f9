import type { Expression, ObjectPattern, TSType } from "oxc-parser";
import type { Json, JsonObject } from "../../../protocols/json.ts";
import { type DocComment, type DocParam, noComment } from "./doc-comment.ts";
import { SchemaFault } from "./fault.ts";
import { constant } from "./literal.ts";
import { mayBeNothing } from "./object-schema.ts";
import type { Source } from "./source.ts";
import { type TypeScope, typeSchema } from "./type-schema.ts";

/** A parameter as it is written; one that is taken apart has a pattern and no name. */
export type WrittenParameter = {
  readonly name?: string;
  readonly at: number;
  readonly type?: TSType;
  readonly optional: boolean;
  /** Its default. */
  readonly preset?: Expression;
  readonly pattern?: ObjectPattern;
};

type Reading = { readonly doc: DocComment; readonly source: Source; readonly scope: TypeScope };

/** @param name under which the doc comment knows it. @throws SchemaFault when it has no type, or one beyond JSON. */
export function parameterSchema(
  parameter: WrittenParameter,
  name: string,
  reading: Reading,
): { readonly schema: JsonObject; readonly optional: boolean } {
  const { preset } = parameter;
  const said = reading.doc.params.get(name);
  const value = preset === undefined ? defaultOf(said) : constant(preset);
  const { schema = byValue(value), mayBeAbsent } = schemaOf(parameter, said, reading);
  if (schema === undefined)
    throw new SchemaFault(`parameter ${name || "without a name"} has no type`, parameter.at);
  const fields = fieldsOf(parameter, name, schema, reading);
  return {
    schema: {
      ...fields,
      ...(said?.text ? { description: said.text } : {}),
      ...(value === undefined ? {} : { default: value }),
    },
    optional: parameter.optional || preset !== undefined || said?.optional === true || mayBeAbsent === true,
  };
}

type Typed = { readonly schema?: JsonObject; readonly mayBeAbsent?: boolean };

/** By the annotation; by the doc comment where there is none, and where it says `integer`, which TypeScript cannot. */
function schemaOf({ type, at }: WrittenParameter, said: DocParam | undefined, reading: Reading): Typed {
  const typed = (each: TSType, scope: TypeScope): Typed => ({
    schema: typeSchema(each, scope),
    mayBeAbsent: mayBeNothing(each),
  });
  const isInDoc = said?.type !== undefined && (type === undefined || /\binteger\b/.test(said.type));
  if (!isInDoc) return type === undefined ? {} : typed(type, reading.scope);
  try {
    // its offsets are in a text of its own: no doc comment of the file is there, and a fault has the parameter's place
    return typed(reading.source.typeOf(plain(said.type)), { ...reading.scope, docAt: () => noComment });
  } catch (error) {
    throw error instanceof SchemaFault ? new SchemaFault(error.message, at) : error;
  }
}

/** The marks of doc comments in TypeScript's words. */
function plain(type: string): string {
  if (type === "*") return "unknown";
  if (type.startsWith("?")) return `(${type.slice(1)}) | null`;
  return type.replace(/^!/, "").replaceAll(".<", "<");
}

function byValue(value: Json | undefined): JsonObject | undefined {
  return ["string", "number", "boolean"].includes(typeof value) ? { type: typeof value } : undefined;
}

function defaultOf(said: DocParam | undefined): Json | undefined {
  if (said?.default === undefined) return undefined;
  try {
    return JSON.parse(said.default) as Json;
  } catch {
    return said.default; // a word without quotes
  }
}

/** What doc comment (`args.city`) and pattern (`{ days = 3 }`) add to the properties of an object. */
function fieldsOf(
  { at, pattern }: WrittenParameter,
  name: string,
  schema: JsonObject,
  reading: Reading,
): JsonObject {
  const said = [...reading.doc.params].filter(([key]) => key.startsWith(`${name}.`));
  if (schema.type !== "object" || (said.length === 0 && pattern === undefined)) return schema;
  const properties: Record<string, JsonObject> = { ...(schema.properties as Record<string, JsonObject>) };
  const required = new Set((schema.required as readonly string[] | undefined) ?? []);
  for (const [key, { text, optional }] of said) {
    const field = key.slice(name.length + 1);
    const known = properties[field];
    if (known === undefined) {
      const of = parameterSchema({ at, optional: false }, key, reading);
      properties[field] = of.schema;
      if (!of.optional) required.add(field);
    } else if (text !== "") properties[field] = { ...known, description: text };
    if (optional) required.delete(field);
  }
  for (const [field, preset] of presets(pattern)) {
    required.delete(field);
    const value = constant(preset);
    if (value !== undefined && properties[field])
      properties[field] = { ...properties[field], default: value };
  }
  return { additionalProperties: false, ...schema, properties, required: [...required] };
}

const presets = (pattern: ObjectPattern | undefined): readonly (readonly [string, Expression])[] =>
  (pattern?.properties ?? []).flatMap((property) =>
    property.type === "Property" &&
    property.key.type === "Identifier" &&
    property.value.type === "AssignmentPattern"
      ? [[property.key.name, property.value.right] as const]
      : [],
  );
