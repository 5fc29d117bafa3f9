import { after } from "node:test";
import pg from "pg";
import { startPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { Store } from "../../../protocols/store.ts";
import { quietLog, tickingClock } from "../sqlite/test-setup.ts";
import { openPostgresStore } from "./postgres-store.ts";

let server: Promise<TestPostgres> | undefined;
let places = 0;

/** For tests: one server for all tests of a process; it ends with them. */
export function testServer(): Promise<TestPostgres> {
  server ??= startPostgres();
  return server;
}
after(async () => (await server)?.stop());

/** For tests: an empty place in the server's database. @returns its address. */
export async function freshDatabase(): Promise<string> {
  const { url } = await testServer();
  places += 1;
  const name = `place_${places}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create schema ${name}`);
  await client.end();
  return `${url}?options=${encodeURIComponent(`-c search_path=${name}`)}`;
}

/** For tests: a store on it. */
export const freshStore = async (): Promise<Store> =>
  openPostgresStore({ url: await freshDatabase(), log: quietLog, ...tickingClock() });
