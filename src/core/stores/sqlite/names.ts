/*
 * Names of tables and columns. SQLite does not tell capitals from small letters, stores and fields do: a capital is
 * written as `$` and its small letter. The dots keep tables of different stores, and FTS5's own side tables, apart.
 */

const plain = (name: string) => name.replace(/[A-Z]/g, (letter) => `$${letter.toLowerCase()}`);

/** A field's column. */
export const columnOf = plain;
/** Counts up with every record made. Not a name that a field can have. */
export const ROW_NUMBER = "row#";

/** Records, a row each. */
export const recordsTable = (store: string) => `store.${plain(store)}`;
/** Items of all collections: (record, field, position). */
export const itemsTable = (store: string) => `store.${plain(store)}.items`;
/** Which texts are indexed: (record, field, position), by the number they have in the index. */
export const textsTable = (store: string) => `store.${plain(store)}.texts`;
/** The full-text index. */
export const wordsTable = (store: string) => `store.${plain(store)}.words`;
export const indexName = (store: string, fields: readonly string[]) =>
  `store.${plain(store)}.by.${fields.map(plain).join(".")}`;

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
