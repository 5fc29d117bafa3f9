import { SkeletonError } from "../lib/errors.ts";
import type { Json } from "../protocols/json.ts";
import type {
  FieldType,
  Find,
  Page,
  StoreDefinition,
  StoreOptions,
  StoreSchema,
} from "../protocols/store.ts";

/*
 * The rules of the store contract in their plainest form, for the reference in memory. The stores have checks of
 * their own: an oracle that shared them would share their mistakes.
 */

/** What every record has beside its own fields; all are text. */
const RESERVED = ["id", "user_id", "created_at", "updated_at"];
const TYPES: readonly string[] = ["str", "int", "float", "bool", "json", "json_collection"];
/** Levels of arrays and objects in one value. */
export const JSON_DEPTH = 100;

export function badInput(message: string): SkeletonError {
  return new SkeletonError("bad_input", message, { hint: "See src/protocols/store.ts for what is allowed." });
}

/** The type of a field that can be compared; `undefined` when there is no such field. */
export function typeOf(schema: StoreSchema, field: string): FieldType | undefined {
  if (RESERVED.includes(field)) return "str";
  return Object.hasOwn(schema, field) ? schema[field] : undefined;
}

/** @throws `bad_input` for names, types, indexes or searched texts outside the rules. */
export function checkDefinition({ name, schema, options }: StoreDefinition): void {
  if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,64}$/.test(name))
    throw badInput(`"${name}" is no store name.`);
  for (const [field, type] of Object.entries(schema)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(field)) throw badInput(`"${field}" is no field name.`);
    if (RESERVED.includes(field)) throw badInput(`"${field}" is on every record and cannot be declared.`);
    if (!TYPES.includes(type)) throw badInput(`"${type}" is no field type.`);
  }
  for (const index of options.indexes ?? []) {
    if (index.length === 0) throw badInput("An index needs a field.");
    for (const field of index) checkComparable(schema, field);
  }
  for (const text of options.search ?? []) {
    const [field = "", ...key] = text.split(".");
    const wanted = key.length === 0 ? "str" : "json_collection";
    if (
      RESERVED.includes(field) ||
      typeOf(schema, field) !== wanted ||
      (key.length > 0 && key.join(".") === "")
    )
      throw badInput(`"${text}" cannot be searched.`);
  }
}

/** @throws `bad_input` unless the field exists and holds a plain value. */
export function checkComparable(schema: StoreSchema, field: string): FieldType {
  const type = typeOf(schema, field);
  if (type === undefined) throw badInput(`There is no field "${field}".`);
  if (type === "json" || type === "json_collection") throw badInput(`"${field}" cannot be compared.`);
  return type;
}

/** The value as it will be read back. @throws `bad_input` when it does not fit the type. */
export function checkedValue(field: string, type: FieldType | undefined, value: unknown): Json {
  if (type === undefined) throw badInput(`There is no field "${field}".`);
  if (type === "json_collection") throw badInput(`"${field}" is a collection: append to it.`);
  if (value === null || value === undefined) return null;
  if (type === "json") return JSON.parse(checkedJson(value)) as Json;
  if (type === "str" && typeof value === "string") return value;
  if (type === "bool" && typeof value === "boolean") return value;
  if (type === "int" && Number.isSafeInteger(value)) return Number(value) + 0;
  if (type === "float" && typeof value === "number" && Number.isFinite(value)) return value + 0;
  throw badInput(`"${field}" holds ${type}.`);
}

/** The value as JSON text. @throws `bad_input` for what JSON cannot say and for what is nested too deep. */
export function checkedJson(value: unknown): string {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const part of level) {
      if (part === null || typeof part === "string" || typeof part === "boolean") continue;
      if (typeof part === "number" && Number.isFinite(part)) continue;
      if (typeof part !== "object" || "toJSON" in part) throw badInput("That is not JSON.");
      if (depth >= JSON_DEPTH) throw badInput(`JSON is nested at most ${JSON_DEPTH} levels deep.`);
      if (Array.isArray(part)) for (const inner of part) next.push(inner);
      else for (const inner of Object.values(part)) if (inner !== undefined) next.push(inner);
    }
    level = next;
  }
  return JSON.stringify(value);
}

/** @throws `bad_input` unless both are whole and not negative. */
export function checkPage(page: Page): void {
  for (const value of [page.offset, page.limit])
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 0))
      throw badInput("`offset` and `limit` are whole numbers from 0.");
}

export function checkFind(schema: StoreSchema, find: Find): void {
  checkPage(find);
  if (find.orderBy !== undefined) checkComparable(schema, find.orderBy);
}

/** Old and new together. @throws `schema_changed` when a field would change its type. */
export function grown(old: StoreDefinition, schema: StoreSchema, options: StoreOptions): StoreDefinition {
  for (const [field, type] of Object.entries(schema))
    if (Object.hasOwn(old.schema, field) && old.schema[field] !== type)
      throw new SkeletonError(
        "schema_changed",
        `"${field}" of "${old.name}" is ${old.schema[field]}, not ${type}.`,
        {
          hint: "Give the new field another name.",
        },
      );
  const indexes = new Map(
    [...(old.options.indexes ?? []), ...(options.indexes ?? [])].map((i) => [i.join(), [...i]]),
  );
  return {
    name: old.name,
    schema: { ...old.schema, ...schema },
    options: {
      indexes: [...indexes.values()],
      search: [...new Set([...(old.options.search ?? []), ...(options.search ?? [])])],
    },
  };
}
