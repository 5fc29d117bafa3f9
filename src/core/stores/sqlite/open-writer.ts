import { type Connection, openConnection } from "./connection.ts";

/** A log that grew during a burst is cut back to this many bytes. */
const LOG_BYTES = 64 * 1024 * 1024;

type Setup = {
  readonly path: string;
  readonly lockDelaysMs: readonly number[];
  readonly maxPages: number | undefined;
};

/** The connection that writes: each commit is flushed to the disk before it is answered. */
export function openWriter(
  { path, lockDelaysMs, maxPages }: Setup,
  prepare: (connection: Connection, lockDelaysMs: readonly number[]) => void,
): Connection {
  const connection = openConnection(path, { readOnly: false });
  try {
    // Only a new file takes the page size: collections keep their items in the key's tree, and a page of 8 kB holds
    // items of up to 2 kB without a detour.
    connection.database.exec("pragma page_size = 8192; pragma busy_timeout = 5000");
    if (path !== ":memory:") connection.database.exec("pragma journal_mode = wal");
    connection.database.exec(
      `pragma busy_timeout = 0; pragma synchronous = full; pragma journal_size_limit = ${LOG_BYTES};
       pragma cache_size = -32000; pragma temp_store = memory`,
    );
    if (maxPages !== undefined) connection.database.exec(`pragma max_page_count = ${maxPages}`);
    prepare(connection, lockDelaysMs);
    return connection;
  } catch (error) {
    connection.database.close();
    throw error;
  }
}
