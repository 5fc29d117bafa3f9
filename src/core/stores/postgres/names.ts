import { createHash } from "node:crypto";

/*
 * Names of tables and columns. PostgreSQL cuts them after 63 bytes without a word; a longer one keeps its beginning and
 * ends in a hash. No store or field has `.` or `#` in its name, so nothing here meets a name of theirs.
 */

const LENGTH = 63;
/** On every table, and not to be declared. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

function fitting(name: string): string {
  if (name.length <= LENGTH) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${name.slice(0, LENGTH - hash.length - 1)}#${hash}`;
}

/** A field's column. */
export const columnOf = (field: string) => (SYSTEM_COLUMNS.has(field) ? `${field}#` : fitting(field));
/** How many items a collection has: appending locks the record's row, and this is the position it gets. */
export const lengthColumn = (collection: string) => fitting(`${collection}#length`);
/** Counts up with every record made. */
export const ROW_NUMBER = "row#";

/** Records, a row each: (user_id, id). */
export const recordsTable = (store: string) => fitting(`store.${store}`);
/** Items of all collections: (user_id, record, field, position). */
export const itemsTable = (store: string) => fitting(`store.${store}.items`);
/** Searched texts as words: (user_id, record, field, position), where a record's own text has the position -1. */
export const textsTable = (store: string) => fitting(`store.${store}.texts`);
export const indexName = (store: string, fields: readonly string[]) =>
  fitting(`store.${store}.by.${fields.join(".")}`);

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
