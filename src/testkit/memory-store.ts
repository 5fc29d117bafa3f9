import type { Json } from "../protocols/json.ts";
import type { AppendOptions, At, CollectionItem, In, Store, StoreRecord } from "../protocols/store.ts";
import { memorySteps } from "./memory-steps.ts";
import { checkCollection, keyOf, memoryTables, wholeRow } from "./memory-tables.ts";
import { checkedWhere, select } from "./store-filter.ts";
import { checkDefinition, checkFind, checkPage, grown } from "./store-rules.ts";
import { type Item, searchRows } from "./store-search-rows.ts";

/**
 * The whole store contract in memory, written to be obviously right rather than fast: the model that stores are
 * compared with, and the store of other parts' tests. Nothing survives the process.
 */
export function memoryStore({ now, newId }: { now: () => Date; newId: () => string }): Store {
  const tables = memoryTables();
  const run = memorySteps(tables, { now, newId });

  const collectionOf = (at: At, field: string): Item[] => {
    checkCollection(tables.of(at), field);
    return tables.row(at).collections.get(field) ?? [];
  };
  const recordsOf = (place: In): readonly StoreRecord[] =>
    [...tables.of(place).rows.values()]
      .map((row) => row.record)
      .filter((record) => record.user_id === place.userId);

  const item = ({ json }: Item, position: number): CollectionItem => ({
    position,
    item: JSON.parse(json) as Json,
  });

  return {
    async createStoreIfNotExists(name, schema, options = {}) {
      tables.checkOpen();
      const old = tables.all.get(name);
      const definition = grown(old?.definition ?? { name, schema: {}, options: {} }, schema, options);
      checkDefinition(definition);
      if (old === undefined) tables.all.set(name, { definition, rows: new Map() });
      else {
        old.definition = definition;
        const empty = Object.entries(definition.schema).flatMap(([field, type]) =>
          type === "json_collection" ? [] : [[field, null]],
        );
        for (const row of old.rows.values()) row.record = { ...Object.fromEntries(empty), ...row.record };
      }
      return old === undefined;
    },
    async listStores() {
      tables.checkOpen();
      return [...tables.all.keys()].sort();
    },
    async findStore(name) {
      tables.checkOpen();
      const table = tables.all.get(name);
      return table === undefined ? undefined : structuredClone(table.definition);
    },
    async add(place, data, id) {
      return String(run([{ op: "add", in: place, data, ...(id === undefined ? {} : { id }) }])[0]);
    },
    async get(at) {
      const row = tables.of(at).rows.get(keyOf(at.userId, at.id));
      return row === undefined ? undefined : copy(row.record);
    },
    async find(place, find = {}) {
      const { definition } = tables.of(place);
      checkFind(definition.schema, find);
      checkedWhere(definition.schema, find.where ?? {});
      return select(definition.schema, recordsOf(place), find).map(copy);
    },
    async count(place, where = {}) {
      const { definition } = tables.of(place);
      checkedWhere(definition.schema, where);
      return select(definition.schema, recordsOf(place), { where }).length;
    },
    async update(at, changes, where) {
      run([{ op: "update", at, changes, ...(where === undefined ? {} : { where }) }]);
    },
    async delete(at) {
      const there = tables.of(at).rows.has(keyOf(at.userId, at.id));
      run([{ op: "delete", at }]);
      return there;
    },
    async collectionAppend(at, field, value, options: AppendOptions = {}) {
      return Number(run([{ op: "append", at, field, item: value, options }])[0]);
    },
    async collectionGet(at, field, page = {}) {
      const table = tables.of(at);
      checkCollection(table, field);
      checkPage(page);
      const items = collectionOf(at, field).map(item);
      const { offset = 0, limit = items.length } = page;
      return items.slice(offset, offset + limit);
    },
    async collectionFind(at, field, key) {
      return collectionOf(at, field)
        .map((one, position) => ({ ...one, position }))
        .filter((one) => one.key === key)
        .map((one) => item(one, one.position))[0];
    },
    async collectionCount(at, field) {
      return collectionOf(at, field).length;
    },
    async fullTextSearch(place, query, page = {}) {
      const { definition, rows } = tables.of(place);
      const own = [...rows.values()].filter(({ record }) => record.user_id === place.userId);
      return searchRows(definition, own, query, page);
    },
    async transaction(steps) {
      return run(steps);
    },
    async findAll(store, find = {}) {
      const { definition, rows } = tables.table(store);
      checkFind(definition.schema, find);
      checkedWhere(definition.schema, find.where ?? {});
      return select(
        definition.schema,
        [...rows.values()].map((row) => row.record),
        find,
      ).map(copy);
    },
    async exportRecords(store, { after = "0", limit = 100 } = {}) {
      checkPage({ offset: Number(after), limit });
      const start = Number(after);
      const all = [...tables.table(store).rows.values()];
      const records = all.slice(start, start + limit).map((row) => ({
        record: copy(row.record),
        collections: Object.fromEntries(
          [...row.collections].map(([field, items]) => [
            field,
            items.map(({ key, json }) => ({
              item: JSON.parse(json) as Json,
              ...(key === undefined ? {} : { key }),
            })),
          ]),
        ),
      }));
      return records.length < limit ? { records } : { records, next: String(start + limit) };
    },
    async importRecords(store, records) {
      const table = tables.table(store);
      const rows = records.map((whole) => wholeRow(table, whole));
      const before = table.rows.size;
      for (const [place, row] of rows) if (!table.rows.has(place)) table.rows.set(place, row);
      return table.rows.size - before;
    },
    async ping() {
      tables.checkOpen();
    },
    async shutdown() {
      tables.close();
    },
  };
}

const copy = (record: StoreRecord): StoreRecord => structuredClone(record);
