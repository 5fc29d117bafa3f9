import { codeOf, SkeletonError } from "../../lib/errors.ts";
import type { Json } from "../../protocols/json.ts";
import type { CollectionItem, SearchHit, Store, WholeRecord, Write } from "../../protocols/store.ts";
import { badInput } from "./bad-input.ts";
import { type Catalog, openCatalog } from "./catalog.ts";
import { checkCollection, encodeAt, encodeOwner, encodeStep, encodeWhole } from "./encode-steps.ts";
import {
  type Engine,
  type Queries,
  type Row,
  StaleError,
  type StepResult,
  type WriteStep,
} from "./engine.ts";
import { refuseHalfMoved } from "./move/marks.ts";
import { checkPage } from "./page.ts";
import { recordNotFound } from "./record-not-found.ts";
import { decodeText, encodeText } from "./text-coding.ts";
import { checkQuery } from "./words.ts";

export type StoreSetup = { readonly now: () => Date; readonly newId: () => string };

/** Items read in one go, so that a collection of any length is parsed without a pause that others would feel. */
const ITEMS_AT_ONCE = 2_000;
/** Times a write is checked again because definitions changed under it. */
const ATTEMPTS = 5;

/** The store contract on any engine: calls are checked and encoded here, records decoded. */
export async function openEngineStore(engine: Engine, setup: StoreSetup): Promise<Store> {
  // This is also where a database that cannot be opened is noticed.
  const catalog = await openWhole(engine).catch(async (error: unknown) => {
    await engine.close().catch(() => undefined); // it never opened: the first error is the one to tell
    throw error;
  });

  let queries: Queries | undefined;
  const loadQueries = async () => {
    queries ??= await engine.queries();
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
      const { version, steps } = await fresh(() => ({ version: catalog.version(), steps: encode() }));
      try {
        const results = await engine.write(version, steps);
        return results.map((result) => (typeof result === "string" ? decodeText(result) : result));
      } catch (error) {
        if (!(error instanceof StaleError)) throw error;
        await catalog.reload();
      }
    }
    throw new SkeletonError("store_unavailable", "The store kept changing its shape.", {
      hint: "Try again.",
    });
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
      const created = await engine.create(name, { ...schema }, options);
      await catalog.reload();
      return created;
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
      const [row] = await engine.read({ sql: store.getSql, params: [target.userId, target.id] });
      return row === undefined ? undefined : store.record(row);
    },
    async find(place, find = {}) {
      const { findStatement } = await loadQueries();
      const { store, statement } = await fresh(() => {
        const found = catalog.named(place.store);
        return { store: found, statement: findStatement(found, encodeOwner(place), find) };
      });
      return (await engine.read(statement)).map(store.record);
    },
    async count(place, where) {
      const { countStatement } = await loadQueries();
      const [row] = await engine.read(
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
        const kept = await engine.read({
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
      const kept = await engine.read({ sql: store.findItemSql, params });
      if (kept.length === 0) throw recordNotFound(at);
      return items(kept)[0];
    },
    async collectionCount(at, field) {
      const { store, target } = await fresh(() => {
        const found = catalog.named(at.store);
        checkCollection(found, field);
        return { store: found, target: encodeAt(at) };
      });
      const [row] = await engine.read({
        sql: store.countItemsSql,
        params: [field, target.userId, target.id],
      });
      if (row === undefined) throw recordNotFound(at);
      return Number(row[0] ?? 0);
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
      const found = await engine.search(request);
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
        // What a start asks.
        const { record, allSql: sql } = await fresh(() => catalog.named(name));
        return (await engine.readEarly({ sql, params: [] })).map(record);
      }
      const { findStatement } = await loadQueries();
      const { store, statement } = await fresh(() => {
        const found = catalog.named(name);
        return { store: found, statement: findStatement(found, undefined, find) };
      });
      return (await engine.read(statement)).map(store.record);
    },
    async exportRecords(name, { after = "0", limit = 100 } = {}) {
      const start = Number(after);
      if (!Number.isSafeInteger(start) || start < 0)
        throw badInput("`after` is the `next` of the page before.");
      checkPage({ limit });
      const store = await fresh(() => catalog.named(name));
      const kept = await engine.read({ sql: store.exportSql, params: [start, limit] });
      const [first, last] = [kept[0]?.[0] ?? null, kept.at(-1)?.[0] ?? null];
      if (first === null || last === null) return { records: [] };
      const all = Map.groupBy(
        await engine.read({ sql: store.exportItemsSql, params: [first, last] }),
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
    ping: () => engine.ping(),
    ...(engine.time && { time: engine.time }),
    shutdown: () => engine.close(),
  };
}

async function openWhole(engine: Engine): Promise<Catalog> {
  const catalog = await openCatalog(engine);
  await refuseHalfMoved(engine, catalog);
  return catalog;
}

function neverNeeded(): never {
  throw new Error("A condition turned up where none was announced.");
}
