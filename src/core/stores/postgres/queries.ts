import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from "kysely";
import type { Find, Where } from "../../../protocols/store.ts";
import type { PreparedStore, Statement } from "../engine.ts";
import { countSql, findSql, type Layout, whereSql } from "../find-query.ts";
import type { SqlValue } from "../values.ts";
import { columnOf, ROW_NUMBER, recordsTable } from "./names.ts";

/** Kysely writes the SQL and never runs it: the same conditions go into reads, updates and searches. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

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

export function findStatement(store: PreparedStore, userId: string | undefined, find: Find): Statement {
  return compiled(findSql(layoutOf(store), store.definition.schema, store.columns, userId, find));
}

export function countStatement(store: PreparedStore, userId: string, where: Where | undefined): Statement {
  return compiled(countSql(layoutOf(store), store.definition.schema, userId, where));
}

/** A condition on a record that is called `r`. Its parameters are the statement's first. */
export function whereStatement(store: PreparedStore, where: Where): Statement {
  return compiled(whereSql(layoutOf(store), store.definition.schema, where));
}

function compiled(query: RawBuilder<unknown>): Statement {
  const { sql: text, parameters } = query.compile(compiler);
  return { sql: text, params: parameters as readonly SqlValue[] };
}
