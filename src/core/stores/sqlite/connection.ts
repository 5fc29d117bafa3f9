import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Row, Statement } from "../engine.ts";
import type { SqlValue } from "../values.ts";

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
  const reading = statementCache(database, (statement) => statement.setReturnArrays(true));
  // FTS5 leaves row ids beyond 2^53 behind, and `run` reports the last one whether anybody asks or not.
  const running = statementCache(database, (statement) => statement.setReadBigInts(true));
  return {
    database,
    // `setReturnArrays` makes rows arrays; the types describe objects only.
    all: (sql, ...params) => reading(sql).all(...params) as unknown as readonly Row[],
    get: (sql, ...params) => reading(sql).get(...params) as unknown as Row | undefined,
    run: (sql, ...params) => Number(running(sql).run(...params).changes),
    each: ({ sql, params }) => {
      const statement = database.prepare(sql); // its own: a cached one could be used by somebody else meanwhile
      statement.setReturnArrays(true);
      return statement.iterate(...params) as unknown as Iterable<Row>;
    },
  };
}

/** Statements by their text, prepared when first asked for. */
function statementCache(
  database: DatabaseSync,
  configure: (statement: StatementSync) => void,
): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= STATEMENTS) statements.clear();
    const statement = database.prepare(sql);
    configure(statement);
    statements.set(sql, statement);
    return statement;
  };
}
