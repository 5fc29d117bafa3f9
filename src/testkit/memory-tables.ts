import { SkeletonError } from "../lib/errors.ts";
import type { Json, JsonObject } from "../protocols/json.ts";
import type { At, In, StoreDefinition, WholeRecord } from "../protocols/store.ts";
import { badInput, checkedJson, checkedValue, typeOf } from "./store-rules.ts";
import type { Item, Row } from "./store-search-rows.ts";

export type Table = { definition: StoreDefinition; readonly rows: Map<string, Row> };

export type Tables = {
  readonly all: Map<string, Table>;
  /** @throws `store_unavailable` once it was closed. */
  checkOpen(): void;
  /** @throws `bad_input` when there is none of that name. */
  table(name: string): Table;
  /** The table, of a place that names a user. */
  of(place: In): Table;
  /** @throws `record_not_found`. */
  row(at: At): Row;
  close(): void;
};

/** The tables of a store in memory. */
export function memoryTables(): Tables {
  const all = new Map<string, Table>();
  let closed = false;
  const tables: Tables = {
    all,
    checkOpen() {
      if (closed)
        throw new SkeletonError("store_unavailable", "The store has been shut down.", {
          hint: "Open it again.",
        });
    },
    table(name) {
      tables.checkOpen();
      const table = all.get(name);
      if (table === undefined) throw badInput(`There is no store "${name}".`);
      return table;
    },
    of(place) {
      const table = tables.table(place.store);
      if (typeof place.userId !== "string" || place.userId === "") throw badInput("`userId` is missing.");
      return table;
    },
    row(at) {
      const row = tables.of(at).rows.get(keyOf(at.userId, at.id));
      if (row === undefined)
        throw new SkeletonError("record_not_found", `There is no record "${at.id}" in "${at.store}".`, {
          hint: "It may have been deleted.",
        });
      return row;
    },
    close() {
      closed = true;
    },
  };
  return tables;
}

/** By what a row is found in its table. */
export const keyOf = (userId: string, id: string) => JSON.stringify([userId, id]);

/** `undefined` is the same as absent. */
export const given = (data: JsonObject) => Object.entries(data).filter(([, value]) => value !== undefined);

/** The type of a declared field: the fields of every record cannot be written. */
export const ownType = (schema: StoreDefinition["schema"], field: string) =>
  Object.hasOwn(schema, field) ? typeOf(schema, field) : undefined;

export function checkId(id: unknown): void {
  if (typeof id !== "string" || id === "" || id.length > 200)
    throw badInput("An id has 1 to 200 characters.");
}

export function checkCollection({ definition }: Table, field: string): void {
  if (ownType(definition.schema, field) !== "json_collection") throw badInput(`"${field}" is no collection.`);
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export function checkTime(time: unknown): void {
  if (typeof time !== "string" || !isTime.test(time)) throw badInput("A record's times are ISO 8601 in UTC.");
}

/** An item as it is kept. @throws `bad_input`. */
export function itemJson(item: unknown): string {
  if (typeof item !== "object" || item === null) throw badInput("An item is an object or an array.");
  return checkedJson(item);
}

/** A record as another store gave it, with the place it gets. @throws `bad_input`. */
export function wholeRow(table: Table, { record, collections }: WholeRecord): readonly [string, Row] {
  const { schema } = table.definition;
  const { id, user_id, created_at, updated_at, ...data } = record;
  checkId(id);
  if (typeof user_id !== "string" || user_id === "") throw badInput("`user_id` is missing.");
  for (const time of [created_at, updated_at]) checkTime(time);
  for (const [field, value] of given(data)) checkedValue(field, ownType(schema, field), value);
  const values = Object.entries(schema).flatMap(([field, type]): [string, Json][] =>
    type === "json_collection" ? [] : [[field, checkedValue(field, type, data[field] ?? null)]],
  );
  const kept = Object.entries(collections).map(([field, items]): [string, Item[]] => {
    checkCollection(table, field);
    return [field, items.map(({ item, key }) => ({ key, json: itemJson(item) }))];
  });
  const system = { id, user_id, created_at, updated_at };
  return [
    keyOf(user_id, id),
    { record: { ...Object.fromEntries(values), ...system }, collections: new Map(kept) },
  ];
}
