import { jsonText } from "../../lib/json-text.ts";
import type { Json } from "../../protocols/json.ts";
import type { FieldType } from "../../protocols/store.ts";
import { badInput } from "./bad-input.ts";
import { decodeText, encodeText } from "./text-coding.ts";

/** What a column holds: booleans are 0 and 1, JSON is text. */
export type SqlValue = string | number | null;

/**
 * A field's value as its column keeps it.
 * @throws `bad_input` when the value does not fit the type; booleans are no numbers.
 */
export function encodeValue(field: string, type: FieldType | undefined, value: unknown): SqlValue {
  if (type === undefined) throw badInput(`There is no field "${field}".`);
  if (type === "json_collection")
    throw badInput(`The field "${field}" is a collection.`, "Use collectionAppend.");
  if (value === null || value === undefined) return null;
  if (type === "json") return jsonText(value);
  if (type === "int" && !Number.isSafeInteger(value)) throw wrongType(field, type);
  return encodeOperand(field, type, value);
}

/** What a field is compared with. Any number may be compared with an `int`. @throws `bad_input`. */
export function encodeOperand(field: string, type: FieldType, value: unknown): SqlValue {
  if (value === null) return null;
  if (type === "str" && typeof value === "string") return encodeText(value);
  if (type === "bool" && typeof value === "boolean") return value ? 1 : 0;
  // + 0: JSON has no negative zero.
  if ((type === "int" || type === "float") && typeof value === "number" && Number.isFinite(value))
    return value + 0;
  throw wrongType(field, type);
}

/** The value that was kept. */
export function decodeValue(type: FieldType, kept: SqlValue): Json {
  if (kept === null) return null;
  if (type === "json") return JSON.parse(String(kept)) as Json;
  if (type === "bool") return kept === 1;
  return typeof kept === "string" ? decodeText(kept) : kept;
}

function wrongType(field: string, type: FieldType) {
  return badInput(`The field "${field}" holds ${type}.`, "Send a value of that type, or null.");
}
