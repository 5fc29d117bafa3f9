import pg from "pg";
import { openPostgresStore, type PostgresSetup } from "../../src/core/stores/postgres/postgres-store.ts";
import { quietLog, tickingClock } from "../../src/core/stores/sqlite/test-setup.ts";
import type { Store } from "../../src/protocols/store.ts";
import { startPostgres, type TestPostgres } from "./postgres.ts";

let server: Promise<TestPostgres> | undefined;
let places = 0;

/** For tests: one server for all tests of a process, whichever files they are of; it ends with the process. */
export function testServer(): Promise<TestPostgres> {
  server ??= startPostgres().then((started) => {
    started.last();
    return started;
  });
  return server;
}

/** For tests: an empty place in the server's database. @returns its address. */
export async function freshDatabase(): Promise<string> {
  const { url } = await testServer();
  places += 1;
  const name = `place_${places}`;
  await query(url, `create schema ${name}`);
  return `${url}?options=${encodeURIComponent(`-c search_path=${name}`)}`;
}

/** For tests: a store there, as one process has it. */
export const openOn = (url: string, more: Partial<PostgresSetup> = {}): Promise<Store> =>
  openPostgresStore({ url, log: quietLog, ...tickingClock(), ...more });

/** For tests: an empty store. */
export const freshStore = async (): Promise<Store> => openOn(await freshDatabase());

/** For tests: something in plain SQL, past the store. */
export async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
