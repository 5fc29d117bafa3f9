import type { Socket } from "node:net";
import pg from "pg";
import type { Logger } from "../../../protocols/plugin.ts";

/** How long one that owes an answer may say nothing before somebody looks, and how often that is looked at, in ms. */
const SILENT_MS = 3_000;
const EVERY_MS = 1_000;
/** What a look may take, in ms. */
const LOOK_MS = 2_000;

/** What the database does for each of its connections; one that cannot be reached knows none. `undefined`: it does not tell. */
type Backends = ReadonlyMap<number, "works" | "waits"> | undefined;

/** A connection as far as its life is concerned. `backend` is the process at its other end, `moved` counts bytes. */
type Life = { backend: number | undefined; owed: number; heardAt: number; moved: number };

const BACKENDS = `select pid, state = 'active' and wait_event_type is distinct from 'Client' as works
  from pg_stat_activity where pid = any($1)`;

/**
 * Finds connections that lead nowhere. Packets may get lost without a word, in a network that is cut, or where a database
 * was failed over and nobody is left to refuse: what was asked there would be waited for as long as the slowest statement
 * may take. So where an answer is owed and nothing comes for some seconds, the database is asked by a new connection. What
 * works for an answer is left alone; the others are torn down, and whoever waits for them finds them lost.
 */
export function watchForDead(config: pg.ClientConfig, log: Logger) {
  const lives = new Map<pg.ClientBase, Life>();
  let timer: NodeJS.Timeout | undefined;
  let looking = false;

  const lifeOf = (client: pg.ClientBase): Life => {
    const known = lives.get(client);
    if (known !== undefined) return known;
    const life = { backend: undefined, owed: 0, heardAt: 0, moved: 0 };
    lives.set(client, life);
    client.once("end", () => lives.delete(client));
    return life;
  };

  /** @returns whether something has come, or left for the network, since this was asked last. */
  function moves(client: pg.ClientBase, life: Life): boolean {
    const { bytesRead, bytesWritten, writableLength } = socketOf(client);
    const moved = bytesRead + bytesWritten - writableLength;
    if (moved === life.moved) return false;
    Object.assign(life, { moved, heardAt: performance.now() });
    return true;
  }

  function watch(): void {
    const owing = [...lives].filter(([, { owed }]) => owed > 0);
    if (owing.length === 0) {
      clearInterval(timer);
      timer = undefined;
    }
    const silent = owing.filter(
      ([client, life]) => !moves(client, life) && performance.now() - life.heardAt >= SILENT_MS,
    );
    if (looking || silent.length === 0) return;
    looking = true;
    void tearDown(new Set(silent.map(([client]) => client))).finally(() => {
      looking = false;
    });
  }

  async function tearDown(silent: ReadonlySet<pg.ClientBase>): Promise<void> {
    const before = [...lives];
    for (const [client, life] of before) moves(client, life);
    const backends = await askBackends(
      config,
      before.flatMap(([, { backend }]) => backend ?? []),
    );
    for (const [client, life] of before) {
      const does = life.backend === undefined ? "waits" : backends?.get(life.backend);
      const dead = backends !== undefined && (does === undefined || (does === "waits" && silent.has(client)));
      if (!moves(client, life) && dead) {
        log.warn({ backend: life.backend }, "store: a connection to the database led nowhere");
        socketOf(client).destroy();
      } else life.heardAt = performance.now();
    }
  }

  return {
    /** The process at its other end. */
    leadsTo(client: pg.ClientBase, backend: number): void {
      lifeOf(client).backend = backend;
    },
    /** From now on it owes an answer. */
    owes(client: pg.ClientBase): void {
      const life = lifeOf(client);
      moves(client, life);
      life.heardAt = performance.now();
      life.owed += 1;
      timer ??= setInterval(watch, EVERY_MS).unref();
    },
    answered(client: pg.ClientBase): void {
      const life = lives.get(client); // none of one that has ended
      if (life !== undefined) life.owed -= 1;
    },
  };
}

const socketOf = (client: pg.ClientBase): Socket =>
  (client as pg.ClientBase & { readonly connection: pg.Connection }).connection.stream as Socket;

async function askBackends(config: pg.ClientConfig, pids: readonly number[]): Promise<Backends> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: LOOK_MS, query_timeout: LOOK_MS });
  client.on("error", () => {}); // whoever asks is told
  try {
    await client.connect();
  } catch (error) {
    return error instanceof pg.DatabaseError ? undefined : new Map();
  }
  try {
    const { rows } = await client.query<{ pid: number; works: boolean }>(BACKENDS, [pids]);
    return new Map(rows.map(({ pid, works }) => [pid, works ? "works" : "waits"]));
  } catch {
    return undefined;
  } finally {
    void client.end().catch(() => {});
  }
}
