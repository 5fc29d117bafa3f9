import type { Store } from "../../../protocols/store.ts";
import type { Definitions, Engine, FoundText, Row, StepResult } from "../engine.ts";
import { openEngineStore, type StoreSetup } from "../engine-store.ts";
import type { WriteRequest } from "./messages.ts";
import { prepareStore } from "./prepare-store.ts";
import { type DatabaseSetup, openThreads } from "./threads.ts";

export type SqliteSetup = DatabaseSetup & StoreSetup;

/**
 * The store on SQLite. A write is answered after the flush of the transaction it shares with whatever else had
 * arrived; reads go on beside it in threads of their own. Several processes may have the file open.
 */
export const openSqliteStore = (setup: SqliteSetup): Promise<Store> =>
  openEngineStore(sqliteEngine(setup), setup);

export function sqliteEngine(setup: DatabaseSetup): Engine {
  const threads = openThreads(setup);
  let writing = 0;
  const written = async (request: WriteRequest) => {
    writing += 1;
    try {
      return await threads.write.call(request);
    } finally {
      writing -= 1;
    }
  };
  /** The writer, until a read would have to wait for a write: a server that nobody uses needs no other thread to look for work. */
  const reader = () => (threads.read.isAwake() || writing > 0 ? threads.read : threads.write);
  return {
    prepareStore,
    // Kysely takes a tenth of a second to load, and a server that starts needs it for its first list, not to listen.
    queries: () => import("./queries.ts"),
    // By the writer, because it makes the file.
    definitions: async () => (await threads.write.call({ kind: "definitions" })) as Definitions,
    create: async (name, schema, options) =>
      (await written({ kind: "create", name, schema, options })) === true,
    write: async (version, steps) =>
      (await written({ kind: "write", version, steps })) as readonly StepResult[],
    read: async (statement) => (await reader().call({ kind: "read", statement })) as readonly Row[],
    // The writer is there already.
    readEarly: async (statement) => (await threads.write.call({ kind: "read", statement })) as readonly Row[],
    search: async (request) =>
      (await threads.search.call({ kind: "search", ...request })) as readonly FoundText[],
    async ping() {
      await threads.write.call({ kind: "ping" });
    },
    async close() {
      // Readers first: the writer can fold back the whole log only when nobody reads it.
      const readers = [threads.read, threads.search].filter((link) => link !== threads.write);
      const closed = await Promise.allSettled(readers.map((link) => link.close()));
      await threads.write.close();
      for (const one of closed) if (one.status === "rejected") throw one.reason;
    },
  };
}
