import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from "kysely";
import type { PreparedStore } from "../engine.ts";
import type { Layout } from "../find-query.ts";
import { writeQueries } from "../write-queries.ts";
import { columnOf, ROW_NUMBER, recordsTable } from "./names.ts";

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

export const { findStatement, countStatement, whereStatement } = writeQueries(
  {
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
  layoutOf,
);
