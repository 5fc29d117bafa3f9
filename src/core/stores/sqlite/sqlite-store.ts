import { codeOf } from "../../../lib/errors.ts";
import type { Json } from "../../../protocols/json.ts";
import type { CollectionItem, SearchHit, Store, WholeRecord, Write } from "../../../protocols/store.ts";
import { badInput } from "../bad-input.ts";
import { checkPage } from "../page.ts";
import { decodeText, encodeText } from "../text-coding.ts";
import { checkQuery } from "../words.ts";
import { openCatalog } from "./catalog.ts";
import { checkCollection, encodeAt, encodeOwner, encodeStep, encodeWhole } from "./encode-steps.ts";
import { errorOf } from "./failures.ts";
import { StaleError } from "./link.ts";
import type { Definitions, FoundText, Row, Statement, StepResult, WriteStep } from "./messages.ts";
import { recordNotFound } from "./record-not-found.ts";
import { type DatabaseSetup, openThreads } from "./threads.ts";

export type SqliteSetup = DatabaseSetup & { readonly now: () => Date; readonly newId: () => string };

/** Items read in one go, so that a collection of any length is parsed without a pause that others would feel. */
const ITEMS_AT_ONCE = 2_000;
/** Times a write is checked again because definitions changed under it. */
const ATTEMPTS = 5;

/**
 * The store on SQLite. A write is answered after the flush of the transaction it shares with whatever else had
 * arrived; reads go on beside it in threads of their own. Several processes may have the file open.
 */
export async function openSqliteStore(setup: SqliteSetup): Promise<Store> {
  const threads = openThreads(setup);
  // By the writer, because it makes the file; this is also where a database that cannot be opened is noticed.
  const catalog = await openCatalog(
    async () => (await threads.write.call({ kind: "definitions" })) as Definitions,
  ).catch(async (error: unknown) => {
    await threads.write.close().catch(() => undefined); // it never opened: the first error is the one to tell
    throw error;
  });

  // Kysely takes a tenth of a second to load, and a server that starts needs it for its first list, not to listen.
  let queries: typeof import("./queries.ts") | undefined;
  const loadQueries = async () => {
    queries ??= await import("./queries.ts");
    return queries;
  };

  /** Checks against the known definitions, and against the newest ones before refusing anything. */
  const fresh = async <T>(work: () => T): Promise<T> => {
    try {
      return work();
    } catch (error) {
      if (codeOf(error) !== "bad_input") throw error;
      const before = catalog.version();
      await catalog.reload();
      if (catalog.version() === before) throw error;
      return work();
    }
  };

  const rows = async (statement: Statement) =>
    (await threads.read.call({ kind: "read", statement })) as readonly Row[];

  const write = async (steps: readonly Write[]): Promise<readonly StepResult[]> => {
    const filters = steps.some((step) => step.op === "update" && step.where !== undefined);
    const { whereStatement } = filters ? await loadQueries() : { whereStatement: neverNeeded };
    const encoding = {
      storeNamed: catalog.named,
      whereStatement,
      now: setup.now,
      newId: setup.newId,
    };
    return commit(() => steps.map((step) => encodeStep(encoding, step)));
  };
  const commit = async (encode: () => readonly WriteStep[]): Promise<readonly StepResult[]> => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const request = await fresh(() => ({
        kind: "write" as const,
        version: catalog.version(),
        steps: encode(),
      }));
      try {
        const results = (await threads.write.call(request)) as readonly StepResult[];
        return results.map((result) => (typeof result === "string" ? decodeText(result) : result));
      } catch (error) {
        if (!(error instanceof StaleError)) throw error;
        await catalog.reload();
      }
    }
    throw errorOf({ code: "stale", message: "The store kept changing its shape.", hint: "Try again." });
  };
  const writeOne = async (step: Write): Promise<StepResult> => (await write([step]))[0] ?? null;

  /** Items of a collection's page; one row of nulls stands for a record without any. */
  const items = (kept: readonly Row[]): CollectionItem[] =>
    kept.flatMap(([position, item]) =>
      typeof position === "number" && typeof item === "string"
        ? [{ position, item: JSON.parse(item) as Json }]
        : [],
    );

  return {
    async createStoreIfNotExists(name, schema, options = {}) {
      const created = await threads.write.call({ kind: "create", name, schema: { ...schema }, options });
      await catalog.reload();
      return created === true;
    },
    async listStores() {
      await catalog.reload();
      return catalog.names();
    },
    async findStore(name) {
      await catalog.reload();
      const definition = catalog.find(name)?.definition;
      return definition === undefined ? undefined : structuredClone(definition);
    },

    async add(place, data, id) {
      return String(await writeOne({ op: "add", in: place, data, ...(id === undefined ? {} : { id }) }));
    },
    async get(at) {
      const { store, target } = await fresh(() => ({ store: catalog.named(at.store), target: encodeAt(at) }));
      const [row] = await rows({ sql: store.getSql, params: [target.userId, target.id] });
      return row === undefined ? undefined : store.record(row);
    },
    async find(place, find = {}) {
      const { findStatement } = await loadQueries();
      const { store, statement } = await fresh(() => {
        const found = catalog.named(place.store);
        return { store: found, statement: findStatement(found, encodeOwner(place), find) };
      });
      return (await rows(statement)).map(store.record);
    },
    async count(place, where) {
      const { countStatement } = await loadQueries();
      const [row] = await rows(
        await fresh(() => countStatement(catalog.named(place.store), encodeOwner(place), where)),
      );
      return Number(row?.[0]);
    },
    async update(at, changes, where) {
      await writeOne({ op: "update", at, changes, ...(where === undefined ? {} : { where }) });
    },
    async delete(at) {
      return (await writeOne({ op: "delete", at })) === 1;
    },

    async collectionAppend(at, field, item, options) {
      const step = { op: "append" as const, at, field, item };
      return Number(await writeOne(options === undefined ? step : { ...step, options }));
    },
    async collectionGet(at, field, page = {}) {
      const { store, target } = await fresh(() => {
        const found = catalog.named(at.store);
        checkCollection(found, field);
        checkPage(page);
        return { store: found, target: encodeAt(at) };
      });
      const { offset = 0, limit = Number.MAX_SAFE_INTEGER } = page;
      const found: CollectionItem[] = [];
      for (;;) {
        const from = offset + found.length;
        const size = Math.min(ITEMS_AT_ONCE, limit - found.length);
        const kept = await rows({
          sql: store.pageSql,
          params: [field, from, from + size, target.userId, target.id],
        });
        if (kept.length === 0) throw recordNotFound(at);
        found.push(...items(kept));
        if (kept.length < ITEMS_AT_ONCE || found.length >= limit) return found;
      }
    },
    async collectionFind(at, field, key) {
      const { store, target } = await fresh(() => {
        const found = catalog.named(at.store);
        checkCollection(found, field);
        return { store: found, target: encodeAt(at) };
      });
      const params = [field, encodeText(key), target.userId, target.id];
      const kept = await rows({ sql: store.findItemSql, params });
      if (kept.length === 0) throw recordNotFound(at);
      return items(kept)[0];
    },
    async collectionCount(at, field) {
      const { store, target } = await fresh(() => {
        const found = catalog.named(at.store);
        checkCollection(found, field);
        return { store: found, target: encodeAt(at) };
      });
      const [row] = await rows({ sql: store.countItemsSql, params: [field, target.userId, target.id] });
      if (row === undefined) throw recordNotFound(at);
      return row[0] === null ? 0 : Number(row[0]) + 1;
    },

    async fullTextSearch(place, query, page = {}) {
      const loaded = page.where === undefined ? undefined : await loadQueries();
      const { store, request } = await fresh(() => {
        const found = catalog.named(place.store);
        checkPage(page);
        checkQuery(query);
        return {
          store: found,
          request: {
            kind: "search" as const,
            store: place.store,
            userId: encodeOwner(place),
            query,
            offset: page.offset ?? 0,
            limit: page.limit,
            where: page.where === undefined ? undefined : loaded?.whereStatement(found, page.where),
            perRecord: page.perRecord ?? false,
            columns: found.columns,
          },
        };
      });
      const found = (await threads.search.call(request)) as readonly FoundText[];
      return found.map((hit): SearchHit => {
        const { field, snippet, marks } = hit;
        const item = items([[hit.position, hit.item]])[0];
        return {
          record: store.record(hit.record),
          field,
          ...(item === undefined ? {} : { item }),
          snippet,
          marks,
        };
      });
    },

    async transaction(steps) {
      const results = await write(steps);
      return results.map((result, at) => {
        const op = steps[at]?.op;
        return (op === "add" || op === "append") && result !== null ? result : undefined;
      });
    },
    async findAll(name, find) {
      if (find === undefined) {
        // What a start asks. The writer is there already; nothing else has to be loaded or started for it.
        const { record, allSql: sql } = await fresh(() => catalog.named(name));
        const all = await threads.write.call({ kind: "read", statement: { sql, params: [] } });
        return (all as readonly Row[]).map(record);
      }
      const { findStatement } = await loadQueries();
      const { store, statement } = await fresh(() => {
        const found = catalog.named(name);
        return { store: found, statement: findStatement(found, undefined, find) };
      });
      return (await rows(statement)).map(store.record);
    },
    async exportRecords(name, { after = "0", limit = 100 } = {}) {
      const start = Number(after);
      if (!Number.isSafeInteger(start) || start < 0)
        throw badInput("`after` is the `next` of the page before.");
      checkPage({ limit });
      const store = await fresh(() => catalog.named(name));
      const kept = await rows({ sql: store.exportSql, params: [start, limit] });
      const [first, last] = [kept[0]?.[0] ?? null, kept.at(-1)?.[0] ?? null];
      if (first === null || last === null) return { records: [] };
      const all = Map.groupBy(
        await rows({ sql: store.exportItemsSql, params: [first, last] }),
        ([record]) => record,
      );
      const records = kept.map(
        ([row, ...columns]): WholeRecord => ({
          record: store.record(columns),
          // fromEntries: a collection may be called `__proto__`.
          collections: Object.fromEntries(
            [...Map.groupBy(all.get(row ?? null) ?? [], ([, field]) => String(field))].map(
              ([field, items]) => [
                field,
                items.map(([, , key, item]) => ({
                  item: JSON.parse(String(item)) as Json,
                  ...(typeof key === "string" && { key: decodeText(key) }),
                })),
              ],
            ),
          ),
        }),
      );
      return kept.length < limit ? { records } : { records, next: String(last) };
    },
    async importRecords(name, records) {
      const results = await commit(() => records.map((whole) => encodeWhole(catalog.named(name), whole)));
      return results.filter((result) => result === 1).length;
    },
    async ping() {
      await threads.write.call({ kind: "ping" });
    },
    async shutdown() {
      // Readers first: the writer can fold back the whole log only when nobody reads it.
      const readers = [threads.read, threads.search].filter((link) => link !== threads.write);
      const closed = await Promise.allSettled(readers.map((link) => link.close()));
      await threads.write.close();
      for (const one of closed) if (one.status === "rejected") throw one.reason;
    },
  };
}

function neverNeeded(): never {
  throw new Error("A condition turned up where none was announced.");
}
