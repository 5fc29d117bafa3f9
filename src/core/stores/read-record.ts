import type { Json } from "../../protocols/json.ts";
import type { FieldType, StoreRecord } from "../../protocols/store.ts";
import { columnFields, type FullDefinition, SYSTEM_FIELDS } from "./definition.ts";
import type { Row } from "./engine.ts";
import { decodeValue } from "./values.ts";

/** Every field of a record that has a column, in order. */
export function recordFields({ schema }: FullDefinition): readonly (readonly [string, FieldType])[] {
  return [...SYSTEM_FIELDS.map((field): [string, FieldType] => [field, "str"]), ...columnFields(schema)];
}

/** What makes a record of a row that has these fields. */
export function recordReader(definition: FullDefinition): (row: Row) => StoreRecord {
  const fields = recordFields(definition);
  return (row) =>
    // fromEntries: a field may be called `__proto__`.
    Object.fromEntries(
      fields.map(([field, type], at): [string, Json] => [field, decodeValue(type, row[at] ?? null)]),
    ) as StoreRecord;
}
