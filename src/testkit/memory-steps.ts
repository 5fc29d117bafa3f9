import { SkeletonError } from "../lib/errors.ts";
import type { Json } from "../protocols/json.ts";
import type { Write, WriteResult } from "../protocols/store.ts";
import {
  checkCollection,
  checkId,
  checkTime,
  given,
  itemJson,
  keyOf,
  ownType,
  type Tables,
} from "./memory-tables.ts";
import { checkedWhere, fits } from "./store-filter.ts";
import { badInput, checkedValue, checkPage } from "./store-rules.ts";

/** Does steps in memory, all or none: what fails takes back those before it. */
export function memorySteps(
  tables: Tables,
  { now, newId }: { now: () => Date; newId: () => string },
): (steps: readonly Write[]) => WriteResult[] {
  /** Everything about a step that can be known to be wrong without looking at records. */
  const check = (step: Write): void => {
    if ("time" in step && step.time !== undefined) checkTime(step.time);
    if (step.op === "add") {
      const { schema } = tables.of(step.in).definition;
      if (step.id !== undefined) checkId(step.id);
      for (const [field, value] of given(step.data)) checkedValue(field, ownType(schema, field), value);
      return;
    }
    const table = tables.of(step.at);
    if (step.op === "update") {
      for (const [field, value] of given(step.changes))
        checkedValue(field, ownType(table.definition.schema, field), value);
      checkedWhere(table.definition.schema, step.where ?? {});
    } else if (step.op === "append") {
      checkCollection(table, step.field);
      itemJson(step.item);
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
      const { definition, rows } = tables.of(step.in);
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
    const { definition, rows } = tables.of(step.at);
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
    const row = tables.row(step.at);
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
    items.push({ key, json: itemJson(step.item) });
    row.record = { ...old, updated_at: step.time ?? now().toISOString() };
    return {
      result: items.length - 1,
      undo: () => {
        items.pop();
        undoRecord();
      },
    };
  };

  return (steps) => {
    tables.checkOpen();
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
}

const conflict = (message: string) =>
  new SkeletonError("conflict", message, { hint: "Read it again and decide again." });
