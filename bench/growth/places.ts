import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgresStorePlugin } from "../../src/core/stores/postgres/plugin.ts";
import { sqliteStorePlugin } from "../../src/core/stores/sqlite/plugin.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import { startPostgres, type TestPostgres } from "../../test/support/postgres.ts";
import { copyOf, emptyFolder, removeFolder } from "../seed.ts";
import { fill } from "./fill.ts";
import { nameOf, type Population } from "./populations.ts";

/** Filled databases are kept here between runs; what is measured writes into copies. Raise it with what `fill` writes. */
const kept = join(tmpdir(), "skeleton-bench-growth-1");

/** A filled database to write into, as a server is pointed at it. */
export type Place = {
  /** The data folder, with all users. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the database takes on the disk. */
  readonly bytes: number;
  remove(): Promise<void>;
};

/** Where populations lie. */
export type Places = {
  readonly engine: "SQLite" | "PostgreSQL";
  copy(population: Population): Promise<Place>;
  close(): Promise<void>;
};

export const sqlitePlaces = (log: (text: string) => void): Places => ({
  engine: "SQLite",
  async copy(population) {
    const folder = join(kept, "sqlite", nameOf(population));
    if (!existsSync(folder)) {
      log(`seeding ${nameOf(population)} on SQLite ...`);
      const making = await emptyFolder(population.users);
      const host = testHost({ config: { data_path: making }, newId: "real", now: () => new Date() });
      const store = await sqliteStorePlugin.create(host);
      await fill(store, population);
      await store.shutdown();
      await host.shutdown();
      mkdirSync(join(kept, "sqlite"), { recursive: true });
      renameSync(making, folder);
    }
    const copy = copyOf(folder);
    const { size: bytes } = statSync(join(folder, "skeleton.db"));
    return { folder: copy, env: {}, bytes, remove: async () => removeFolder(copy) };
  },
  close: async () => {},
});

/** A server as somebody might run it on such a machine; every commit is flushed. */
const settings = ["shared_buffers=512MB", "max_wal_size=4GB", "maintenance_work_mem=128MB"];
const written = "growth_written";

export async function postgresPlaces(log: (text: string) => void): Promise<Places> {
  const folder = join(kept, "postgres");
  mkdirSync(folder, { recursive: true });
  const postgres = await startPostgres(settings, { kept: folder });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  return {
    engine: "PostgreSQL",
    async copy(population) {
      const name = nameOf(population);
      const { rows } = await admin.query("select from pg_database where datname = $1", [name]);
      if (rows.length === 0) {
        log(`seeding ${name} on PostgreSQL ...`);
        await admin.query("drop database if exists growth_making");
        await admin.query("create database growth_making");
        await fillPostgres(databaseOf(postgres, "growth_making"), population);
        await admin.query(`alter database growth_making rename to ${name}`);
      }
      await admin.query(`drop database if exists ${written} with (force)`);
      await admin.query(`create database ${written} template ${name}`);
      const size = await admin.query<{ bytes: string }>("select pg_database_size($1) as bytes", [name]);
      const folder = await emptyFolder(population.users);
      return {
        folder,
        env: { DATABASE_URL: databaseOf(postgres, written) },
        bytes: Number(size.rows[0]?.bytes),
        async remove() {
          await admin.query(`drop database ${written} with (force)`);
          removeFolder(folder);
        },
      };
    },
    async close() {
      await admin.end();
      await postgres.stop();
    },
  };
}

const databaseOf = ({ url }: TestPostgres, name: string): string => {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
};

async function fillPostgres(url: string, population: Population): Promise<void> {
  const host = testHost({
    config: { database_url: url },
    newId: "real",
    now: () => new Date(),
    plugins: [postgresStorePlugin],
  });
  await fill(await host.get("store"), population);
  await host.shutdown();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("vacuum analyze"); // as its autovacuum does within a minute or two
  await client.end();
}
