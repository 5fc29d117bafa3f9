import { SkeletonError } from "../../lib/errors.ts";
import type { FieldType, StoreDefinition, StoreOptions, StoreSchema } from "../../protocols/store.ts";
import { badInput } from "./bad-input.ts";

/** A definition with nothing left out, as stores keep it. */
export type FullDefinition = StoreDefinition & {
  readonly options: { readonly indexes: readonly (readonly string[])[]; readonly search: readonly string[] };
};

/** On every record, in this order; all are text. */
export const SYSTEM_FIELDS: readonly string[] = ["id", "user_id", "created_at", "updated_at"];

const FIELD_TYPES: ReadonlySet<string> = new Set<FieldType>([
  "str",
  "int",
  "float",
  "bool",
  "json",
  "json_collection",
]);

/** The type of a declared field; the fields that every record has are not declared. */
export function declaredType(schema: StoreSchema, field: string): FieldType | undefined {
  return Object.hasOwn(schema, field) ? schema[field] : undefined;
}

/** Declared fields that are columns, in order of declaration. */
export function columnFields(schema: StoreSchema): readonly (readonly [string, FieldType])[] {
  return Object.entries(schema).filter(([, type]) => type !== "json_collection");
}

/** @throws `bad_input` unless the field holds a plain value. */
export function comparableType(schema: StoreSchema, field: string): FieldType {
  const type = SYSTEM_FIELDS.includes(field) ? "str" : declaredType(schema, field);
  if (type === undefined) throw badInput(`There is no field "${field}".`);
  if (type === "json" || type === "json_collection")
    throw badInput(`The field "${field}" cannot be compared.`);
  return type;
}

/** Where a searched text is: a `str` field, or a key of a collection's items. */
export function searchedText(text: string): { readonly field: string; readonly key: string | undefined } {
  const dot = text.indexOf(".");
  return dot < 0 ? { field: text, key: undefined } : { field: text.slice(0, dot), key: text.slice(dot + 1) };
}

/**
 * What a store becomes when somebody wants it to have this shape: old and new together.
 * @throws `bad_input`; `schema_changed` when a field would change its type.
 */
export function growDefinition(
  old: FullDefinition | undefined,
  name: string,
  schema: StoreSchema,
  options: StoreOptions = {},
): FullDefinition {
  for (const [field, type] of Object.entries(schema)) {
    const before = old === undefined ? undefined : declaredType(old.schema, field);
    if (before !== undefined && before !== type)
      throw new SkeletonError(
        "schema_changed",
        `The field "${field}" of "${name}" is ${before}, not ${type}.`,
        {
          hint: "Give the new field another name, or move the old data away first.",
        },
      );
  }
  const indexes = [...(old?.options.indexes ?? [])];
  for (const index of options.indexes ?? [])
    if (!indexes.some((other) => other.join() === index.join())) indexes.push([...index]);
  const definition = {
    name,
    schema: { ...old?.schema, ...schema },
    options: { indexes, search: [...new Set([...(old?.options.search ?? []), ...(options.search ?? [])])] },
  };
  checkDefinition(definition);
  return definition;
}

function checkDefinition({ name, schema, options }: FullDefinition): void {
  if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw badInput("A store's name is 1 to 64 letters, digits, `_` or `-`.");
  for (const [field, type] of Object.entries(schema)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(field))
      throw badInput(`"${field}" is no field name: letters, digits and "_", at most 64, no digit first.`);
    if (SYSTEM_FIELDS.includes(field))
      throw badInput(`"${field}" is on every record and cannot be declared.`);
    if (!FIELD_TYPES.has(type)) throw badInput(`The field "${field}" has the unknown type "${type}".`);
  }
  for (const index of options.indexes) {
    if (index.length === 0) throw badInput("An index names at least one field.");
    for (const field of index) comparableType(schema, field);
  }
  for (const text of options.search) {
    const { field, key } = searchedText(text);
    if (key === "" || declaredType(schema, field) !== (key === undefined ? "str" : "json_collection"))
      throw badInput(`"${text}" cannot be searched: name a str field, or collection.key.`);
  }
}
