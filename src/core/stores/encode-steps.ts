import { jsonText } from "../../lib/json-text.ts";
import type { Json, JsonObject } from "../../protocols/json.ts";
import type { At, In, Where, WholeRecord, Write } from "../../protocols/store.ts";
import { badInput } from "./bad-input.ts";
import { declaredType, searchedText } from "./definition.ts";
import type { FieldValue, ImportedItem, IndexText, PreparedStore, Statement, WriteStep } from "./engine.ts";
import { textIn } from "./item-text.ts";
import { encodeText } from "./text-coding.ts";
import { encodeValue } from "./values.ts";

/** What the encoding of steps needs from the host and from the store. */
export type Encoding = {
  storeNamed(name: string): PreparedStore;
  whereStatement(store: PreparedStore, where: Where): Statement;
  now(): Date;
  newId(): string;
};

const ID_LENGTH = 200;

/** A step of a transaction, checked and in the words of an engine. @throws `bad_input`. */
export function encodeStep(encoding: Encoding, step: Write): WriteStep {
  switch (step.op) {
    case "add": {
      const store = encoding.storeNamed(step.in.store);
      const id = step.id ?? encoding.newId();
      checkId(id);
      const target = encodeAt({ ...step.in, id });
      return { op: "add", ...target, time: timeOf(encoding, step), ...encodeFields(store, step.data) };
    }
    case "update": {
      const store = encoding.storeNamed(step.at.store);
      const where = step.where === undefined ? undefined : encoding.whereStatement(store, step.where);
      const fields = encodeFields(store, step.changes);
      return { op: "update", ...encodeAt(step.at), time: timeOf(encoding, step), where, ...fields };
    }
    case "delete":
      encoding.storeNamed(step.at.store);
      return { op: "delete", ...encodeAt(step.at) };
    case "append": {
      const store = encoding.storeNamed(step.at.store);
      const { field, item, options: { key, position } = {} } = step;
      checkItem(store, field, item, key);
      if (position !== undefined && (!Number.isSafeInteger(position) || position < 0))
        throw badInput("A position is a whole number, 0 or more.");
      return {
        op: "append",
        ...encodeAt(step.at),
        time: timeOf(encoding, step),
        field,
        item: jsonText(item),
        key: key === undefined ? null : encodeText(key),
        position: position ?? null,
        texts: textsOf(store, field, item),
      };
    }
    default:
      step satisfies never;
      throw badInput("There is no such step.");
  }
}

/** A record as another store gave it, checked and in the words of an engine. @throws `bad_input`. */
export function encodeWhole(store: PreparedStore, { record, collections }: WholeRecord): WriteStep {
  const { id, user_id: userId, created_at: created, updated_at: updated, ...data } = record;
  checkId(id);
  for (const time of [created, updated]) checkTime(time);
  const items = Object.entries(collections).flatMap(([field, all]) => {
    checkCollection(store, field);
    return all.map(({ item, key }, position): ImportedItem => {
      checkItem(store, field, item, key);
      return {
        field,
        position,
        item: jsonText(item),
        key: key === undefined ? null : encodeText(key),
        texts: textsOf(store, field, item),
      };
    });
  });
  const target = encodeAt({ store: store.definition.name, userId, id });
  return { op: "import", ...target, created, updated, ...encodeFields(store, data), items };
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function checkTime(time: unknown): void {
  if (typeof time !== "string" || !isTime.test(time)) throw badInput("A record's times are ISO 8601 in UTC.");
}

function checkId(id: unknown): void {
  if (typeof id !== "string" || id === "" || id.length > ID_LENGTH)
    throw badInput(`An id has 1 to ${ID_LENGTH} characters.`);
}

function checkItem(store: PreparedStore, field: string, item: Json, key: string | undefined): void {
  checkCollection(store, field);
  if (typeof item !== "object" || item === null) throw badInput("An item is an object or an array.");
  if (key !== undefined && typeof key !== "string") throw badInput("A key is text.");
}

/** What of an item can be searched. */
const textsOf = ({ definition }: PreparedStore, field: string, item: Json): readonly IndexText[] =>
  definition.options.search.flatMap((text): IndexText[] => {
    const { field: collection, key } = searchedText(text);
    return collection === field && key !== undefined ? [[text, textIn(item, key)]] : [];
  });

/** @throws `bad_input` unless it is a collection of this store. */
export function checkCollection({ definition }: PreparedStore, field: string): void {
  if (declaredType(definition.schema, field) !== "json_collection")
    throw badInput(`There is no collection "${field}" in "${definition.name}".`);
}

/** An owner as it is kept. @throws `bad_input` when there is none. */
export function encodeOwner({ userId }: In): string {
  if (typeof userId !== "string" || userId === "") throw badInput("`userId` is missing.");
  return encodeText(userId);
}

export function encodeAt(at: At): { readonly store: string; readonly userId: string; readonly id: string } {
  if (typeof at.id !== "string") throw badInput("`id` is missing.");
  return { store: at.store, userId: encodeOwner(at), id: encodeText(at.id) };
}

function timeOf({ now }: Encoding, { time }: { readonly time?: string }): string {
  if (time === undefined) return now().toISOString();
  checkTime(time);
  return time;
}

function encodeFields({ definition }: PreparedStore, data: JsonObject) {
  const fields: FieldValue[] = [];
  const texts: IndexText[] = [];
  for (const [field, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const kept = encodeValue(field, declaredType(definition.schema, field), value);
    fields.push([field, kept]);
    if (definition.options.search.includes(field)) texts.push([field, kept === null ? null : String(kept)]);
  }
  return { fields, texts };
}
