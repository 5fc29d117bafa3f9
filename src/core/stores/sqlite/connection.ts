import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlValue } from "../values.ts";
import type { Row, Statement } from "./messages.ts";

/** An open database that keeps its prepared statements. Rows are arrays, in order of the columns asked for. */
export type Connection = {
  readonly database: DatabaseSync;
  /** Rows in order. */
  all(sql: string, ...params: readonly SqlValue[]): readonly Row[];
  /** The first row. */
  get(sql: string, ...params: readonly SqlValue[]): Row | undefined;
  /** @returns how many rows were changed. */
  run(sql: string, ...params: readonly SqlValue[]): number;
  /** Rows one at a time, for what may not fit into memory. */
  each(statement: Statement): Iterable<Row>;
};

/** Finds compose their own SQL; this many different ones are kept before all are forgotten. */
const STATEMENTS = 300;

/** How long a reader waits while another process recovers the log after a crash. Writers have their own patience. */
const READER_PATIENCE_MS = 5_000;

export function openConnection(path: string, { readOnly }: { readonly readOnly: boolean }): Connection {
  const database = new DatabaseSync(path, {
    readOnly,
    timeout: readOnly ? READER_PATIENCE_MS : 0,
    enableForeignKeyConstraints: false,
  });
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS) statements.clear();
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    statements.set(sql, statement);
    return statement;
  };
  return {
    database,
    // `setReturnArrays` makes rows arrays; the types describe objects only.
    all: (sql, ...params) => prepared(sql).all(...params) as unknown as readonly Row[],
    get: (sql, ...params) => prepared(sql).get(...params) as unknown as Row | undefined,
    run: (sql, ...params) => Number(prepared(sql).run(...params).changes),
    each: ({ sql, params }) => {
      const statement = database.prepare(sql); // its own: a cached one could be used by somebody else meanwhile
      statement.setReturnArrays(true);
      return statement.iterate(...params) as unknown as Iterable<Row>;
    },
  };
}
