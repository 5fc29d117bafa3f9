import { type Dialect, DummyDriver, Kysely, type RawBuilder } from "kysely";
import type { PreparedStore, Queries, Statement } from "./engine.ts";
import { countSql, findSql, type Layout, whereSql } from "./find-query.ts";
import type { SqlValue } from "./values.ts";

/**
 * Kysely writes the SQL and never runs it: the database is in another thread or process. The same conditions go into reads,
 * updates and searches; the parameters of one are the first of the statement that it goes into.
 */
export function writeQueries(
  dialect: Omit<Dialect, "createDriver">,
  layoutOf: (store: PreparedStore) => Layout,
): Queries {
  const compiler = new Kysely<unknown>({ dialect: { ...dialect, createDriver: () => new DummyDriver() } });
  const compiled = (query: RawBuilder<unknown>): Statement => {
    const { sql: text, parameters } = query.compile(compiler);
    return { sql: text, params: parameters as readonly SqlValue[] };
  };
  return {
    findStatement: (store, userId, find) =>
      compiled(findSql(layoutOf(store), store.definition.schema, store.columns, userId, find)),
    countStatement: (store, userId, where) =>
      compiled(countSql(layoutOf(store), store.definition.schema, userId, where)),
    whereStatement: (store, where) => compiled(whereSql(layoutOf(store), store.definition.schema, where)),
  };
}
