import type { Logger } from "../../../protocols/plugin.ts";
import type { Store } from "../../../protocols/store.ts";
import type { Engine, WriteStep } from "../engine.ts";
import { openEngineStore, type StoreSetup } from "../engine-store.ts";
import { openConnections } from "./connections.ts";
import { createStore } from "./definitions.ts";
import { createOwners } from "./owners.ts";
import { prepareStore } from "./prepare-store.ts";
import { prepareDatabase, readDefinitions } from "./schema.ts";
import { search } from "./search.ts";
import { stepQueries } from "./write-statements.ts";
import { openWriter } from "./writer.ts";

export type PostgresSetup = StoreSetup & {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  readonly url: string;
  readonly log: Logger;
  /** How long a write waits for what somebody else has locked. Default: 5 s. */
  readonly lockMs?: number;
};

/**
 * The store on PostgreSQL, which any number of processes may share. A write is answered after the commit of the
 * transaction it shares with whatever else had arrived; reads go on beside it on connections of their own.
 */
export const openPostgresStore = (setup: PostgresSetup): Promise<Store> =>
  openEngineStore(postgresEngine(setup), setup);

function postgresEngine({ url, log, lockMs = 5_000 }: PostgresSetup): Engine {
  const connections = openConnections({ url, log, lockMs });
  const writer = openWriter(connections.connect, crypto.randomUUID(), log);
  const owners = createOwners(connections.ask);
  let prepared = false;

  /** Owners whose texts a step makes findable. */
  const indexing = ({ op, userId, ...step }: WriteStep): readonly string[] =>
    op !== "delete" && "texts" in step && (step.texts.length > 0 || "items" in step) ? [userId] : [];

  return {
    prepareStore,
    queries: () => import("./queries.ts"),
    async definitions() {
      return writer.alone(async (client) => {
        if (!prepared) await prepareDatabase(client);
        prepared = true;
        return readDefinitions(client);
      });
    },
    create: (name, schema, options) =>
      writer.alone((client) => createStore(client, owners, name, schema, options)),
    async write(version, steps) {
      const numbers = await owners.numbers(steps.flatMap(indexing));
      return writer.write(
        version,
        steps.map((step) => stepQueries(step, numbers.get(step.userId) ?? Number.NaN)),
      );
    },
    read: connections.read,
    readEarly: connections.read,
    search: (request) => search(connections.search, owners, request),
    async ping() {
      await writer.write(null, []);
    },
    async close() {
      await writer.close();
      await connections.close();
    },
  };
}
