import type { Json } from "../protocols/json.ts";
import type { FieldType, Find, StoreRecord, StoreSchema, Where } from "../protocols/store.ts";
import { badInput, checkComparable } from "./store-rules.ts";

type Plain = string | number | boolean | null;

/** `true` when every condition holds. @throws `bad_input` when a condition makes no sense for its field. */
export function fits(schema: StoreSchema, where: Where, record: StoreRecord): boolean {
  return checkedWhere(schema, where).every(({ field, holds }) => holds(plain(record[field])));
}

type Check = { readonly field: string; readonly holds: (value: Plain) => boolean };

/** @throws `bad_input` when a condition makes no sense for its field. */
export function checkedWhere(schema: StoreSchema, where: Where): readonly Check[] {
  return Object.entries(where).flatMap(([field, condition]) => {
    const type = checkComparable(schema, field);
    const operators = typeof condition === "object" && condition !== null ? condition : { $eq: condition };
    const entries = Object.entries(operators);
    if (entries.length === 0) throw badInput(`The condition on "${field}" is empty.`);
    return entries.map(([operator, wanted]) => ({ field, holds: operation(field, type, operator, wanted) }));
  });
}

function operation(
  field: string,
  type: FieldType,
  operator: string,
  wanted: unknown,
): (value: Plain) => boolean {
  const ordered = (test: (order: number) => boolean) => {
    if (type === "bool" || wanted === null) throw badInput(`${operator} does not go with "${field}".`);
    const edge = operand(field, type, wanted);
    return (value: Plain) => value !== null && test(compare(value, edge));
  };
  const pattern = () => {
    if (type !== "str" || typeof wanted !== "string") throw badInput(`${operator} is for text.`);
    if (wanted.length > 1000) throw badInput(`${operator} takes at most 1000 characters.`);
    return lowerAscii(wanted);
  };
  switch (operator) {
    case "$eq": {
      const same = operand(field, type, wanted);
      return (value) => value === same;
    }
    case "$ne": {
      const other = operand(field, type, wanted);
      return (value) => value !== other;
    }
    case "$gt":
      return ordered((order) => order > 0);
    case "$gte":
      return ordered((order) => order >= 0);
    case "$lt":
      return ordered((order) => order < 0);
    case "$lte":
      return ordered((order) => order <= 0);
    case "$in": {
      if (!Array.isArray(wanted)) throw badInput("$in takes a list.");
      const all = wanted.map((one) => operand(field, type, one));
      return (value) => all.includes(value);
    }
    case "$like": {
      const glob = pattern();
      return (value) => typeof value === "string" && like(Array.from(lowerAscii(value)), Array.from(glob));
    }
    case "$contains": {
      const part = pattern();
      return (value) => typeof value === "string" && lowerAscii(value).includes(part);
    }
    default:
      throw badInput(`There is no operator "${operator}".`);
  }
}

/** The operand as it compares. @throws `bad_input` when the field can never hold such a value. */
function operand(field: string, type: FieldType, value: unknown): Plain {
  if (value === null) return null;
  if (type === "str" && typeof value === "string") return value;
  if (type === "bool" && typeof value === "boolean") return value;
  if ((type === "int" || type === "float") && typeof value === "number" && Number.isFinite(value))
    return value + 0;
  throw badInput(`"${field}" holds ${type}.`);
}

/** Whether a text fits a pattern of `%` and `_`; both as lists of characters. */
function like(text: readonly string[], glob: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const sign of glob) {
    const next = new Set<number>();
    if (sign === "%") for (let at = Math.min(...reached); at <= text.length; at += 1) next.add(at);
    else
      for (const at of reached) if (at < text.length && (sign === "_" || sign === text[at])) next.add(at + 1);
    if (next.size === 0) return false;
    reached = next;
  }
  return reached.has(text.length);
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function plain(value: Json | undefined): Plain {
  return value === undefined || (typeof value === "object" && value !== null) ? null : value;
}

/** `null` first, then numbers by size, `false` before `true`, text by code point. */
function compare(left: Plain, right: Plain): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  return Number(left) - Number(right);
}

/** By code point, as UTF-8 sorts; JavaScript's own `<` goes by UTF-16 unit and differs beyond U+FFFF. */
function compareText(left: string, right: string): number {
  const [one, two] = [Array.from(left), Array.from(right)];
  for (let at = 0; at < one.length && at < two.length; at += 1) {
    const order = (one[at]?.codePointAt(0) ?? 0) - (two[at]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return one.length - two.length;
}

/** Filtered, ordered, cut; the records come in order of creation. */
export function select(
  schema: StoreSchema,
  records: readonly StoreRecord[],
  find: Find,
): readonly StoreRecord[] {
  const { where = {}, orderBy, descending = false, offset = 0, limit = Number.POSITIVE_INFINITY } = find;
  const found = records.filter((record) => fits(schema, where, record));
  if (orderBy !== undefined)
    found.sort((a, b) => compare(plain(a[orderBy]), plain(b[orderBy])) || compareText(a.id, b.id));
  if (descending) found.reverse();
  return found.slice(offset, offset + limit);
}
