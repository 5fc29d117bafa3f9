import {
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import type { Find, Where } from "../../../protocols/store.ts";
import type { PreparedStore, Statement } from "../engine.ts";
import { countSql, findSql, type Layout, whereSql } from "../find-query.ts";
import type { SqlValue } from "../values.ts";
import { columnOf, ROW_NUMBER, recordsTable } from "./names.ts";

/** Kysely writes the SQL and never runs it: the database is in another thread. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

const layoutOf = ({ definition }: PreparedStore): Layout => ({
  table: recordsTable(definition.name),
  column: columnOf,
  rowNumber: ROW_NUMBER,
  like: (column, pattern) => sql`${column} like ${pattern}`,
  contains: (column, text) => sql`instr(lower(${column}), ${text}) > 0`,
  // One parameter whatever the length: SQLite takes 32,766 of them at most.
  oneOf: (column, values) => sql`${column} in (select value from json_each(${JSON.stringify(values)}))`,
  noLimit: sql`-1`,
});

export function findStatement(store: PreparedStore, userId: string | undefined, find: Find): Statement {
  return compiled(findSql(layoutOf(store), store.definition.schema, store.columns, userId, find));
}

export function countStatement(store: PreparedStore, userId: string, where: Where | undefined): Statement {
  return compiled(countSql(layoutOf(store), store.definition.schema, userId, where));
}

/** A condition on a record that is called `r`. */
export function whereStatement(store: PreparedStore, where: Where): Statement {
  return compiled(whereSql(layoutOf(store), store.definition.schema, where));
}

function compiled(query: RawBuilder<unknown>): Statement {
  const { sql: text, parameters } = query.compile(compiler);
  return { sql: text, params: parameters as readonly SqlValue[] };
}
