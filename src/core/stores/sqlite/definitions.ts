import { SkeletonError } from "../../../lib/errors.ts";
import type { FieldType } from "../../../protocols/store.ts";
import { columnFields, type FullDefinition, growDefinition, searchedText } from "../definition.ts";
import type { Definitions } from "../engine.ts";
import { itemText } from "../item-text.ts";
import { beginImmediate } from "./begin.ts";
import type { Connection } from "./connection.ts";
import { indexTexts } from "./index-texts.ts";
import type { WriteRequest } from "./messages.ts";
import {
  columnOf,
  indexName,
  itemsTable,
  quoted,
  ROW_NUMBER,
  recordsTable,
  textsTable,
  wordsTable,
} from "./names.ts";

/** Raised when the tables change their shape in a way that older versions of this program would damage. */
const FORMAT = 1;

const COLUMN_TYPES: Readonly<Record<Exclude<FieldType, "json_collection">, string>> = {
  str: "text",
  int: "integer",
  float: "real",
  bool: "integer",
  json: "text",
};

/**
 * The tables that hold what is known about stores, made where they are missing.
 * @throws `schema_changed` for a file of a newer program.
 */
export function prepareDatabase(connection: Connection, lockDelaysMs: readonly number[]): void {
  const { database, get } = connection;
  if (get("select 1 from sqlite_schema where name = 'skeleton_facts'") === undefined) {
    beginImmediate(connection, lockDelaysMs);
    database.exec(`
      create table if not exists skeleton_stores (name text primary key, definition text not null) strict;
      create table if not exists skeleton_owners (number integer primary key, user_id text not null unique) strict;
      create table if not exists skeleton_facts (name text primary key, value integer not null) strict;
      insert or ignore into skeleton_facts values ('format', ${FORMAT}), ('pings', 0);
      commit;
    `);
  }
  checkFormat(connection);
}

/** @throws `schema_changed` for a file of a newer program. */
export function checkFormat({ get }: Connection): void {
  const format = Number(get("select value from skeleton_facts where name = 'format'")?.[0]);
  if (format > FORMAT)
    throw new SkeletonError(
      "schema_changed",
      `The database has format ${format}; this version knows ${FORMAT}.`,
      {
        hint: "Start the newer version of Skeleton that made it.",
      },
    );
}

/** Counts the changes of definitions, in the file's header: cheap enough to look at before every commit. */
export const definitionsVersion = (connection: Connection) =>
  Number(connection.get("pragma user_version")?.[0]);

export function readDefinitions(connection: Connection): Definitions {
  const rows = connection.all("select definition from skeleton_stores order by name");
  return {
    version: definitionsVersion(connection),
    definitions: rows.map(([text]) => JSON.parse(String(text)) as FullDefinition),
  };
}

/** Makes or grows a store inside the caller's transaction. @returns whether it was made now. */
export function createStore(connection: Connection, request: WriteRequest & { kind: "create" }): boolean {
  const { name, schema, options } = request;
  const kept = connection.get("select definition from skeleton_stores where name = ?", name)?.[0];
  const old = kept === undefined ? undefined : (JSON.parse(String(kept)) as FullDefinition);
  const definition = growDefinition(old, name, schema, options);
  if (JSON.stringify(definition) === kept) return false;
  const { database } = connection;
  const added = columnFields(schema)
    .filter(([field]) => old === undefined || !Object.hasOwn(old.schema, field))
    .map(([field, type]) => `${quoted(columnOf(field))} ${COLUMN_TYPES[type as keyof typeof COLUMN_TYPES]}`);
  if (old === undefined) createTables(connection, name, added);
  else
    for (const column of added)
      database.exec(`alter table ${quoted(recordsTable(name))} add column ${column}`);
  for (const fields of definition.options.indexes) {
    const columns = ["user_id", ...fields.map(columnOf), "id"].map(quoted).join(", ");
    database.exec(
      `create index if not exists ${quoted(indexName(name, fields))} on ${quoted(recordsTable(name))} (${columns})`,
    );
  }
  for (const text of definition.options.search)
    if (old?.options.search.includes(text) !== true) indexExisting(connection, name, text);
  connection.run(
    "insert into skeleton_stores values (?, ?) on conflict (name) do update set definition = excluded.definition",
    name,
    JSON.stringify(definition),
  );
  database.exec(`pragma user_version = ${definitionsVersion(connection) + 1}`);
  return old === undefined;
}

/** @param columns the fields', with their types: a column added afterwards has SQLite read the whole schema again. */
function createTables({ database }: Connection, name: string, columns: readonly string[]): void {
  const [records, items, texts, words] = [recordsTable, itemsTable, textsTable, wordsTable].map((of) =>
    quoted(of(name)),
  );
  database.exec(`
    create table ${records} (
      ${quoted(ROW_NUMBER)} integer primary key, id text not null, user_id text not null,
      created_at text not null, updated_at text not null, ${columns.map((column) => `${column}, `).join("")}unique (user_id, id)
    ) strict;
    create index ${quoted(indexName(name, []))} on ${records} (user_id);
    create table ${items} (
      record integer not null, field text not null, position integer not null, key text, item text not null,
      primary key (record, field, position)
    ) without rowid, strict;
    create unique index ${quoted(`${itemsTable(name)}.key`)} on ${items} (record, field, key) where key is not null;
    create table ${texts} (number integer primary key, record integer not null, field text not null, position integer) strict;
    create index ${quoted(`${textsTable(name)}.record`)} on ${texts} (record, field);
    create virtual table ${words} using fts5 (words, content='', contentless_delete=1, tokenize='ascii');
  `);
}

/** Makes findable what was written before the text was searched. */
function indexExisting(connection: Connection, store: string, text: string): void {
  const { field, key } = searchedText(text);
  const records = quoted(recordsTable(store));
  const sql =
    key === undefined
      ? `select ${quoted(ROW_NUMBER)}, user_id, null, ${quoted(columnOf(field))} from ${records} where ? is not null`
      : `select record, user_id, position, item from ${quoted(itemsTable(store))}
           join ${records} on ${quoted(ROW_NUMBER)} = record where field = ? order by record, position`;
  for (const [record, userId, position, kept] of connection.each({ sql, params: [field] })) {
    const found = kept === null ? null : key === undefined ? String(kept) : itemText(String(kept), key);
    const source = { store, userId: String(userId), record: Number(record) };
    indexTexts(connection, source, [[text, found]], position === null ? null : Number(position));
  }
}
