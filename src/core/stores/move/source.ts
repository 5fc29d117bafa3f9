import type { FullDefinition } from "../definition.ts";
import type { PreparedStore, Row, Statement } from "../engine.ts";

/** A store as a move reads it, in an engine's SQL. */
export type MovedStore = PreparedStore & {
  /** How many records, items and searched texts there are: one row. */
  readonly amountsSql: string;
  /** Records after a row, (row, limit): (row, bytes with all items). */
  readonly sizesSql: string;
  /** Items of the records from row to row: (record, field, position, key, item), in that order. */
  readonly itemsSql: string;
  /** Items of one record after one of them, (owner, record, field, position, limit): (field, position, bytes). */
  readonly itemSizesSql: string;
  /** The same: (field, position, key, item). */
  readonly itemPageSql: string;
  /** Where the searched texts are, in the order of their numbers, after a number: (number, owner, id, field, position). */
  places(after: number): string;
  /** The same, followed by the item a text is in and all columns of its record. */
  texts(after: number): string;
};

/** A database that is read and left as it is. Nobody else has it meanwhile. */
export type Source = {
  /** Where it is, to be shown and to be known by: without a password. */
  readonly place: string;
  definitions(): Promise<readonly FullDefinition[]>;
  prepare(definition: FullDefinition): MovedStore;
  read(statement: Statement): Promise<readonly Row[]>;
  /** What is too long to be held: some hundred rows at a time. One at a time. */
  readLong(sql: string): AsyncIterable<readonly Row[]>;
  close(): Promise<void>;
};

/** Rows of `readLong` that are held at once. */
export const ROWS_AT_ONCE = 100;
