import { existsSync } from "node:fs";
import { SkeletonError } from "../../../lib/errors.ts";
import { badInput } from "../bad-input.ts";
import type { Row } from "../engine.ts";
import { ROWS_AT_ONCE, type Source } from "../move/source.ts";
import { type Connection, openConnection } from "./connection.ts";
import { checkFormat, readDefinitions } from "./definitions.ts";
import { errorOf, failureOf, isLocked } from "./failures.ts";
import { movedStore } from "./moved-store.ts";

/**
 * A database file that is read from end to end, in this thread, while nobody else can have it open.
 * @throws `bad_input` when there is no such file or it is not Skeleton's; `store_locked` while somebody has it open.
 */
export function openSqliteSource(path: string, place: string): Source {
  if (!existsSync(path)) throw badInput(`There is no file ${path}.`, "Check the path after `sqlite:`.");
  const connection = attempt(place, () =>
    openAlone(path, (opened) => {
      if (opened.get("select 1 from sqlite_schema where name = 'skeleton_facts'") === undefined)
        throw badInput(`${place} holds nothing of Skeleton.`, "Name the database that the server has used.");
      checkFormat(opened);
    }),
  );
  return {
    place,
    definitions: async () => attempt(place, () => readDefinitions(connection).definitions),
    prepare: movedStore,
    read: async ({ sql, params }) => attempt(place, () => connection.all(sql, ...params)),
    async *readLong(sql) {
      let rows: Row[] = [];
      for (const row of connection.each({ sql, params: [] })) {
        rows.push(row);
        if (rows.length < ROWS_AT_ONCE) continue;
        yield rows;
        rows = [];
      }
      if (rows.length > 0) yield rows;
    },
    close: async () => connection.database.close(),
  };
}

/** @throws `store_locked` while somebody has the file open. */
export function checkSqliteFree(path: string, place: string): void {
  if (existsSync(path)) attempt(place, () => openAlone(path, () => undefined).database.close());
}

function openAlone(path: string, check: (connection: Connection) => void): Connection {
  const connection = openConnection(path, { readOnly: false }); // one that only reads cannot keep others away
  try {
    // Every connection to a file with a log holds a shared lock on it as long as it is open, so the first read fails while
    // there is another one, and keeps away those that come later.
    connection.database.exec("pragma locking_mode = exclusive; pragma query_only = on");
    connection.get("select 1 from sqlite_schema");
    check(connection);
    return connection;
  } catch (error) {
    connection.database.close();
    throw error;
  }
}

function attempt<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isLocked(error)) throw inUse(place, error);
    throw error instanceof SkeletonError ? error : errorOf(failureOf(error));
  }
}

const inUse = (place: string, cause: unknown) =>
  new SkeletonError("store_locked", `${place} is in use.`, {
    hint: "Stop the server and its workers, and whatever else has the file open; then move again.",
    cause,
  });
