import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../../../protocols/plugin.ts";
import type { Row, Statement } from "../engine.ts";
import { shutDown } from "../shut-down.ts";
import { watchForDead } from "./dead-connections.ts";
import { failureOf, isLost } from "./failures.ts";
import { share } from "./lending.ts";
import { patience } from "./patience.ts";
import { rowsOf } from "./schema.ts";
import { statementNames } from "./statement-names.ts";

/** Of a single statement; the longest search takes a fraction of it. */
const STATEMENT_MS = 30_000;
/** What a transaction here says, it says without a pause: one that rests has lost its process, and keeps others waiting. */
const REST_MS = 5_000;
/** After that a server that says nothing at all is given up. */
const SILENCE_MS = STATEMENT_MS + 5_000;
const CONNECT_MS = 5_000;
/** Connections that read, and that search: a slow search keeps no quick read waiting. */
const READERS = 6;
const SEARCHERS = 2;

/** A question in plain SQL, and its rows. */
export type Asking = (sql: string, params?: readonly unknown[]) => Promise<readonly Row[]>;

export type Connections = {
  /** A new one that writes; whoever asks for it ends it. Its queries may be sent before earlier ones are answered. */
  connect(): Promise<pg.Client>;
  /** What waits for answers of such a one, and for nothing else: it fails soon when that leads nowhere. */
  awaited<T>(client: pg.Client, work: () => Promise<T>): Promise<T>;
  read(statement: Statement): Promise<readonly Row[]>;
  search: Asking;
  ask: Asking;
  close(): Promise<void>;
};

const INT8 = 20;

/** What a client needs to know to be one of ours. */
export const clientConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: "skeleton",
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  // Counts and positions; none comes near 2^53.
  types: { getTypeParser: (oid, format) => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) },
});

export function openConnections({
  url,
  log,
  lockMs,
}: {
  readonly url: string;
  readonly log: Logger;
  readonly lockMs: number;
}): Connections {
  const config: pg.ClientConfig = { ...clientConfig(url), query_timeout: SILENCE_MS };
  const dead = watchForDead(config, log);
  const awaited = async <T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> => {
    dead.owes(client);
    try {
      return await work();
    } finally {
      dead.answered(client);
    }
  };
  const configure = (client: pg.ClientBase) =>
    awaited(client, async () => {
      await client.query(settings(lockMs));
      const [row] = await rowsOf(client, "select pg_backend_pid()");
      dead.leadsTo(client, Number(row?.[0]));
    });
  const pools = [READERS, SEARCHERS].map((max) => {
    const pool = new pg.Pool({ ...config, max, allowExitOnIdle: true, onConnect: configure });
    pool.on("acquire", dead.owes);
    pool.on("release", (_error, client) => dead.answered(client));
    pool.on("error", (error) => log.warn({ err: error }, "store: a connection to the database was lost"));
    return pool;
  });
  const [readers, searchers] = pools as [pg.Pool, pg.Pool];
  const nameOf = statementNames();
  let closed = false;

  /** Reading may be repeated, so a lost connection is nobody's business unless there is no other one. */
  async function ask(pool: pg.Pool, query: pg.QueryConfig): Promise<readonly Row[]> {
    for (const pauseAfter = patience(); ; ) {
      if (closed) throw shutDown();
      try {
        return (await pool.query<never[]>({ ...query, rowMode: "array" })).rows;
      } catch (error) {
        const pauseMs = isLost(error) ? pauseAfter(error) : undefined;
        if (pauseMs === undefined) {
          log.error({ err: error }, "store: the database did not answer");
          throw failureOf(error);
        }
        await sleep(pauseMs);
      }
    }
  }

  return {
    async connect() {
      const client = new pg.Client({ ...config, pipeline: true });
      client.on("error", (error) => log.warn({ err: error }, "store: the writing connection was lost"));
      await client.connect();
      await configure(client);
      try {
        await share(client);
        return client;
      } catch (error) {
        await client.end();
        throw error;
      }
    },
    awaited,
    read: ({ sql, params }) => ask(readers, { text: sql, name: nameOf(sql), values: [...params] }),
    search: (sql, params = []) => ask(searchers, { text: sql, values: [...params] }),
    ask: (sql, params = []) => ask(readers, { text: sql, values: [...params] }),
    async close() {
      if (closed) return;
      closed = true;
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

/**
 * What every connection needs whatever the server's settings are: limits of time, an end soon after this process's machine
 * is gone, durable commits, and no compiling of queries, which for a search costs more than it saves.
 */
const settings = (lockMs: number) => `
  set statement_timeout = ${STATEMENT_MS}; set lock_timeout = ${lockMs};
  set idle_in_transaction_session_timeout = ${REST_MS}; set tcp_keepalives_idle = 60;
  set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3; set jit = off; set client_min_messages = warning;
  select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;
