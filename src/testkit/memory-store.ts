import { SkeletonError } from "../lib/errors.ts";
import type { Json, JsonObject } from "../protocols/json.ts";
import type {
  AppendOptions,
  At,
  CollectionItem,
  In,
  Store,
  StoreDefinition,
  StoreRecord,
  WholeRecord,
  Write,
  WriteResult,
} from "../protocols/store.ts";
import { checkedWhere, fits, select } from "./store-filter.ts";
import {
  badInput,
  checkDefinition,
  checkedJson,
  checkedValue,
  checkFind,
  checkPage,
  grown,
  typeOf,
} from "./store-rules.ts";
import { type Item, type Row, searchRows } from "./store-search-rows.ts";

type Table = { definition: StoreDefinition; readonly rows: Map<string, Row> };

/**
 * The whole store contract in memory, written to be obviously right rather than fast: the model that stores are
 * compared with, and the store of other parts' tests. Nothing survives the process.
 */
export function memoryStore({ now, newId }: { now: () => Date; newId: () => string }): Store {
  const tables = new Map<string, Table>();
  let closed = false;

  const tableOf = (name: string): Table => {
    if (closed) throw unavailable();
    const table = tables.get(name);
    if (table === undefined) throw badInput(`There is no store "${name}".`);
    return table;
  };
  const placeOf = (place: In): Table => {
    const table = tableOf(place.store);
    if (typeof place.userId !== "string" || place.userId === "") throw badInput("`userId` is missing.");
    return table;
  };
  const rowOf = (at: At): Row => {
    const row = placeOf(at).rows.get(keyOf(at.userId, at.id));
    if (row === undefined)
      throw new SkeletonError("record_not_found", `There is no record "${at.id}" in "${at.store}".`, {
        hint: "It may have been deleted.",
      });
    return row;
  };
  const collectionOf = (at: At, field: string): Item[] => {
    checkCollection(placeOf(at), field);
    return rowOf(at).collections.get(field) ?? [];
  };
  const recordsOf = (place: In): readonly StoreRecord[] =>
    [...placeOf(place).rows.values()]
      .map((row) => row.record)
      .filter((record) => record.user_id === place.userId);

  /** Everything about a step that can be known to be wrong without looking at records. */
  const check = (step: Write): void => {
    if ("time" in step && step.time !== undefined) checkTime(step.time);
    if (step.op === "add") {
      const { schema } = placeOf(step.in).definition;
      if (step.id !== undefined && (typeof step.id !== "string" || step.id === "" || step.id.length > 200))
        throw badInput("An id has 1 to 200 characters.");
      for (const [field, value] of given(step.data)) checkedValue(field, ownType(schema, field), value);
      return;
    }
    const table = placeOf(step.at);
    if (step.op === "update") {
      for (const [field, value] of given(step.changes))
        checkedValue(field, ownType(table.definition.schema, field), value);
      checkedWhere(table.definition.schema, step.where ?? {});
    } else if (step.op === "append") {
      checkCollection(table, step.field);
      if (typeof step.item !== "object" || step.item === null)
        throw badInput("An item is an object or an array.");
      checkedJson(step.item);
      checkPage({ ...(step.options?.position === undefined ? {} : { offset: step.options.position }) });
      if (step.options?.key !== undefined && typeof step.options.key !== "string")
        throw badInput("A key is text.");
    } else if (step.op !== "delete") {
      throw badInput("There is no such step.");
    }
  };

  /** Does one step and tells how to take it back. */
  const apply = (step: Write): { result: WriteResult; undo: () => void } => {
    if (step.op === "add") {
      const { definition, rows } = placeOf(step.in);
      const id = step.id ?? newId();
      const place = keyOf(step.in.userId, id);
      if (rows.has(place))
        throw new SkeletonError("duplicate_record", `There is a record "${id}" already.`, {
          hint: "Choose another id, or update the record.",
        });
      const time = step.time ?? now().toISOString();
      const values = Object.entries(definition.schema).flatMap(([field, type]): [string, Json][] =>
        type === "json_collection"
          ? []
          : [[field, Object.hasOwn(step.data, field) ? checkedValue(field, type, step.data[field]) : null]],
      );
      const system = { id, user_id: step.in.userId, created_at: time, updated_at: time };
      rows.set(place, { record: { ...Object.fromEntries(values), ...system }, collections: new Map() });
      return { result: id, undo: () => rows.delete(place) };
    }
    const { definition, rows } = placeOf(step.at);
    if (step.op === "delete") {
      // Rows are copied back as they were, in their old order: undoing must not move a record to the end.
      const before = [...rows];
      const result = rows.delete(keyOf(step.at.userId, step.at.id));
      return {
        result: undefined,
        undo: () => {
          if (!result) return;
          rows.clear();
          for (const [key, row] of before) rows.set(key, row);
        },
      };
    }
    const row = rowOf(step.at);
    const old = row.record;
    const undoRecord = () => {
      row.record = old;
    };
    if (step.op === "update") {
      if (!fits(definition.schema, step.where ?? {}, old)) throw conflict("The record has changed.");
      const values = given(step.changes).map(([field, value]) => [
        field,
        checkedValue(field, ownType(definition.schema, field), value),
      ]);
      row.record = { ...old, ...Object.fromEntries(values), updated_at: step.time ?? now().toISOString() };
      return { result: undefined, undo: undoRecord };
    }
    const items = row.collections.get(step.field) ?? [];
    const { key, position } = step.options ?? {};
    const there = key === undefined ? -1 : items.findIndex((item) => item.key === key);
    if (there >= 0) return { result: there, undo: () => undefined };
    if (position !== undefined && position !== items.length)
      throw conflict("The collection has another length.");
    row.collections.set(step.field, items);
    items.push({ key, json: checkedJson(step.item) });
    row.record = { ...old, updated_at: step.time ?? now().toISOString() };
    return {
      result: items.length - 1,
      undo: () => {
        items.pop();
        undoRecord();
      },
    };
  };

  const run = (steps: readonly Write[]): WriteResult[] => {
    if (closed) throw unavailable();
    for (const step of steps) check(step);
    const undos: (() => void)[] = [];
    try {
      return steps.map((step) => {
        const { result, undo } = apply(step);
        undos.push(undo);
        return result;
      });
    } catch (error) {
      for (const undo of undos.reverse()) undo();
      throw error;
    }
  };

  const item = ({ json }: Item, position: number): CollectionItem => ({
    position,
    item: JSON.parse(json) as Json,
  });

  return {
    async createStoreIfNotExists(name, schema, options = {}) {
      if (closed) throw unavailable();
      const old = tables.get(name);
      const definition = grown(old?.definition ?? { name, schema: {}, options: {} }, schema, options);
      checkDefinition(definition);
      if (old === undefined) tables.set(name, { definition, rows: new Map() });
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
      if (closed) throw unavailable();
      return [...tables.keys()].sort();
    },
    async findStore(name) {
      if (closed) throw unavailable();
      const table = tables.get(name);
      return table === undefined ? undefined : structuredClone(table.definition);
    },
    async add(place, data, id) {
      return String(run([{ op: "add", in: place, data, ...(id === undefined ? {} : { id }) }])[0]);
    },
    async get(at) {
      const row = placeOf(at).rows.get(keyOf(at.userId, at.id));
      return row === undefined ? undefined : copy(row.record);
    },
    async find(place, find = {}) {
      const { definition } = placeOf(place);
      checkFind(definition.schema, find);
      checkedWhere(definition.schema, find.where ?? {});
      return select(definition.schema, recordsOf(place), find).map(copy);
    },
    async count(place, where = {}) {
      const { definition } = placeOf(place);
      checkedWhere(definition.schema, where);
      return select(definition.schema, recordsOf(place), { where }).length;
    },
    async update(at, changes, where) {
      run([{ op: "update", at, changes, ...(where === undefined ? {} : { where }) }]);
    },
    async delete(at) {
      const there = placeOf(at).rows.has(keyOf(at.userId, at.id));
      run([{ op: "delete", at }]);
      return there;
    },
    async collectionAppend(at, field, value, options: AppendOptions = {}) {
      return Number(run([{ op: "append", at, field, item: value, options }])[0]);
    },
    async collectionGet(at, field, page = {}) {
      const table = placeOf(at);
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
      const { definition, rows } = placeOf(place);
      const own = [...rows.values()].filter(({ record }) => record.user_id === place.userId);
      return searchRows(definition, own, query, page);
    },
    async transaction(steps) {
      return run(steps);
    },
    async findAll(store, find = {}) {
      const { definition, rows } = tableOf(store);
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
      const all = [...tableOf(store).rows.values()];
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
      const table = tableOf(store);
      const rows = records.map((whole) => wholeRow(table, whole));
      const before = table.rows.size;
      for (const [place, row] of rows) if (!table.rows.has(place)) table.rows.set(place, row);
      return table.rows.size - before;
    },
    async ping() {
      if (closed) throw unavailable();
    },
    async shutdown() {
      closed = true;
    },
  };
}

const keyOf = (userId: string, id: string) => JSON.stringify([userId, id]);
/** `undefined` is the same as absent. */
const given = (data: JsonObject) => Object.entries(data).filter(([, value]) => value !== undefined);
const copy = (record: StoreRecord): StoreRecord => structuredClone(record);
/** The type of a declared field: the fields of every record cannot be written. */
const ownType = (schema: StoreDefinition["schema"], field: string) =>
  Object.hasOwn(schema, field) ? typeOf(schema, field) : undefined;

function checkCollection({ definition }: Table, field: string): void {
  if (ownType(definition.schema, field) !== "json_collection") throw badInput(`"${field}" is no collection.`);
}

/** A record as another store gave it, with the place it gets. @throws `bad_input`. */
function wholeRow({ definition }: Table, { record, collections }: WholeRecord): readonly [string, Row] {
  const { id, user_id, created_at, updated_at, ...data } = record;
  if (typeof id !== "string" || id === "" || id.length > 200)
    throw badInput("An id has 1 to 200 characters.");
  if (typeof user_id !== "string" || user_id === "") throw badInput("`user_id` is missing.");
  for (const time of [created_at, updated_at]) checkTime(time);
  for (const [field, value] of given(data)) checkedValue(field, ownType(definition.schema, field), value);
  const values = Object.entries(definition.schema).flatMap(([field, type]): [string, Json][] =>
    type === "json_collection" ? [] : [[field, checkedValue(field, type, data[field] ?? null)]],
  );
  const kept = Object.entries(collections).map(([field, items]): [string, Item[]] => {
    if (ownType(definition.schema, field) !== "json_collection")
      throw badInput(`"${field}" is no collection.`);
    return [
      field,
      items.map(({ item, key }) => {
        if (typeof item !== "object" || item === null) throw badInput("An item is an object or an array.");
        return { key, json: checkedJson(item) };
      }),
    ];
  });
  const system = { id, user_id, created_at, updated_at };
  return [
    keyOf(user_id, id),
    { record: { ...Object.fromEntries(values), ...system }, collections: new Map(kept) },
  ];
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function checkTime(time: unknown): void {
  if (typeof time !== "string" || !isTime.test(time)) throw badInput("A record's times are ISO 8601 in UTC.");
}

const conflict = (message: string) =>
  new SkeletonError("conflict", message, { hint: "Read it again and decide again." });
const unavailable = () =>
  new SkeletonError("store_unavailable", "The store has been shut down.", { hint: "Open it again." });
