import pg from "pg";
import { badInput } from "../bad-input.ts";
import type { Row } from "../engine.ts";
import { ROWS_AT_ONCE, type Source } from "../move/source.ts";
import { cannotOpen } from "./cannot-open.ts";
import { clientConfig } from "./connections.ts";
import { failureOf } from "./failures.ts";
import { takeAlone } from "./lending.ts";
import { movedStore } from "./moved-store.ts";
import { checkTables, readDefinitions, rowsOf } from "./schema.ts";

/** As it is at one moment. Nothing is too long; joins go row by row, so that the first rows come without the last. */
const BEGIN = `
  set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set jit = off;
  set enable_hashjoin = off; set enable_mergejoin = off; set cursor_tuple_fraction = 0.001;
  begin isolation level repeatable read read only`;

/**
 * A database that is read from end to end on one connection, while no server can write to it.
 * @param place see databasePlace.
 * @throws `bad_input` when it is not Skeleton's; `store_locked` while a server uses it; `store_unavailable`.
 */
export async function openPostgresSource(url: string, place: string): Promise<Source> {
  const client = new pg.Client(clientConfig(url));
  client.on("error", () => undefined); // the query that waits, or the next one, rejects with it
  const rows = async (sql: string, params: readonly unknown[] = []): Promise<readonly Row[]> => {
    try {
      return (await rowsOf(client, sql, params)) as readonly Row[];
    } catch (error) {
      throw cannotOpen(place, failureOf(error), "the address");
    }
  };
  try {
    await client.connect();
    await takeAlone(client, place);
    const [there] = await rowsOf(client, "select to_regclass('skeleton_facts') is not null");
    if (there?.[0] !== true)
      throw badInput(`${place} holds nothing of Skeleton.`, "Name the database that the server has used.");
    await client.query(BEGIN);
    await checkTables(client);
  } catch (error) {
    await client.end().catch(() => undefined); // it may be lost: the first error is the one to tell
    throw cannotOpen(place, failureOf(error), "the address");
  }
  return {
    place,
    definitions: async () => (await readDefinitions(client)).definitions,
    prepare: movedStore,
    read: ({ sql, params }) => rows(sql, params),
    async *readLong(sql) {
      await rows(`declare long no scroll cursor for ${sql}`);
      try {
        for (;;) {
          const some = await rows(`fetch ${ROWS_AT_ONCE} from long`);
          if (some.length > 0) yield some;
          if (some.length < ROWS_AT_ONCE) return;
        }
      } finally {
        await rows("close long");
      }
    },
    close: () => client.end(),
  };
}

/** @throws `store_locked` while a server uses the database; `store_unavailable`. */
export async function checkPostgresFree(url: string, place: string): Promise<void> {
  const client = new pg.Client(clientConfig(url));
  client.on("error", () => undefined); // the query that waits rejects with it
  try {
    await client.connect();
    await takeAlone(client, place);
  } catch (error) {
    throw cannotOpen(place, failureOf(error), "the address");
  } finally {
    await client.end().catch(() => undefined); // the first error is the one to tell
  }
}
