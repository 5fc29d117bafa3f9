import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from "kysely";
import type { PreparedStore } from "../engine.ts";
import type { Layout } from "../find-query.ts";
import type { SqlValue } from "../values.ts";
import { writeQueries } from "../write-queries.ts";
import { columnOf, ROW_NUMBER, recordsTable } from "./names.ts";

// All texts have the collation "C", in which `lower` knows A to Z alone and texts sort by their bytes.
const layoutOf = ({ definition }: PreparedStore): Layout => ({
  table: recordsTable(definition.name),
  column: columnOf,
  rowNumber: ROW_NUMBER,
  like: (column, pattern) => sql`lower(${column}) like lower(${pattern}::text collate "C") escape ''`,
  contains: (column, text) => sql`strpos(lower(${column}), ${text}) > 0`,
  // One parameter whatever the length: PostgreSQL takes 65,535 of them at most.
  oneOf: (column, values) => sql`${column} = any(${arrayText(values)})`,
  noLimit: sql`null`,
});

/** As PostgreSQL writes an array. */
function arrayText(values: readonly SqlValue[]): string {
  const items = values.map((value) =>
    typeof value === "string" ? `"${value.replace(/["\\]/g, "\\$&")}"` : String(value),
  );
  return `{${items.join(",")}}`;
}

export const { findStatement, countStatement, whereStatement } = writeQueries(
  {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  layoutOf,
);
