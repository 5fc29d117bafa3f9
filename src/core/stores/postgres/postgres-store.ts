import type { Logger } from "../../../protocols/plugin.ts";
import type { Store } from "../../../protocols/store.ts";
import type { Engine, WriteStep } from "../engine.ts";
import { openEngineStore, type StoreSetup } from "../engine-store.ts";
import { openConnections } from "./connections.ts";
import { createStore } from "./definitions.ts";
import type { IndexedWords } from "./index-words.ts";
import { createOwners } from "./owners.ts";
import { prepareStore } from "./prepare-store.ts";
import { prepareDatabase, readDefinitions } from "./schema.ts";
import { search } from "./search.ts";
import { openWordsThread } from "./words-thread.ts";
import { stepQueries, type WordsOf } from "./write-statements.ts";
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

export function postgresEngine({ url, log, lockMs = 5_000 }: Omit<PostgresSetup, keyof StoreSetup>): Engine {
  const connections = openConnections({ url, log, lockMs });
  const writer = openWriter(connections, crypto.randomUUID(), log);
  const owners = createOwners(connections.ask);
  const words = openWordsThread();
  let prepared = false;

  /** The words of all texts of these steps, by owner and text. */
  async function wordsOf(steps: readonly WriteStep[]): Promise<(step: WriteStep) => WordsOf> {
    const texts = steps.flatMap((step) => textsOf(step).map((text) => [step.userId, text] as const));
    const numbers = await owners.numbers(texts.map(([userId]) => userId));
    const found = new Map<string, Map<string, IndexedWords | undefined>>();
    for (const [userId, text] of texts) {
      const own = found.get(userId) ?? new Map<string, IndexedWords | undefined>();
      found.set(userId, own);
      if (!own.has(text)) own.set(text, await words.index(numbers.get(userId) ?? Number.NaN, text));
    }
    return ({ userId }) =>
      (text) =>
        found.get(userId)?.get(text);
  }

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
      const own = await wordsOf(steps);
      return writer.write(
        version,
        steps.map((step) => stepQueries(step, own(step))),
      );
    },
    read: connections.read,
    readEarly: connections.read,
    search: (request) => search(connections.search, owners, words, request),
    async ping() {
      await writer.write(null, []);
    },
    async time() {
      const [row] = await connections.ask(
        "select floor(extract(epoch from clock_timestamp()) * 1000)::float8",
      );
      return new Date(Number(row?.[0]));
    },
    async close() {
      await writer.close();
      await connections.close();
      await words.close();
    },
  };
}

/** The texts of a step that are to be found. */
function textsOf(step: WriteStep): readonly string[] {
  if (step.op === "delete") return [];
  if (step.op === "fill") return step.texts.map(({ text }) => text);
  const items = step.op === "import" ? step.items.flatMap(({ texts }) => texts) : [];
  return [...step.texts, ...items].flatMap(([, text]) => (text === null ? [] : [text]));
}
