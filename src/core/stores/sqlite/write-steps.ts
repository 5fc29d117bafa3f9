import { SkeletonError } from "../../../lib/errors.ts";
import type { ImportedItem, StepResult, WriteStep } from "../engine.ts";
import { recordNotFound } from "../record-not-found.ts";
import type { SqlValue } from "../values.ts";
import type { Connection } from "./connection.ts";
import { forgetTexts, indexTexts, type Source } from "./index-texts.ts";
import { columnOf, itemsTable, quoted, ROW_NUMBER, recordsTable } from "./names.ts";

type Step<Op extends WriteStep["op"]> = Extract<WriteStep, { op: Op }>;
const ROW = quoted(ROW_NUMBER);

/** Does one step inside the caller's transaction. */
export function writeStep(connection: Connection, step: WriteStep): StepResult {
  switch (step.op) {
    case "add":
      return add(connection, step);
    case "update":
      return update(connection, step);
    case "delete":
      return remove(connection, step);
    case "append":
      return append(connection, step);
    case "import":
      return importRecord(connection, step);
    case "fill":
      return fill(connection, step);
  }
}

function add(connection: Connection, step: Step<"add">): StepResult {
  if (insert(connection, { ...step, created: step.time, updated: step.time }) === undefined)
    throw new SkeletonError(
      "duplicate_record",
      `There is a record "${step.id}" in "${step.store}" already.`,
      {
        hint: "Choose another id, or update the record.",
      },
    );
  return step.id;
}

/** @returns the row it got; `undefined` when this owner has a record of that id already. */
function insert(connection: Connection, step: Omit<Step<"import">, "op" | "items">): number | undefined {
  const columns = [
    "id",
    "user_id",
    "created_at",
    "updated_at",
    ...step.fields.map(([field]) => columnOf(field)),
  ];
  const row = connection.get(
    `insert into ${quoted(recordsTable(step.store))} (${columns.map(quoted).join(", ")})
       values (${columns.map(() => "?").join(", ")}) on conflict (user_id, id) do nothing returning ${ROW}`,
    step.id,
    step.userId,
    step.created,
    step.updated,
    ...step.fields.map(([, value]) => value),
  );
  if (row === undefined) return undefined;
  const record = Number(row[0]);
  indexTexts(connection, { ...step, record }, step.texts, null);
  return record;
}

function importRecord(connection: Connection, step: Step<"import">): StepResult {
  const record = insert(connection, step);
  if (record === undefined) return 0;
  for (const item of step.items) insertItem(connection, { ...step, record }, item);
  return 1;
}

function fill(connection: Connection, step: Step<"fill">): StepResult {
  const source = { ...step, record: existingRow(connection, step) };
  for (const item of step.items) insertItem(connection, source, item);
  for (const { field, position, text } of step.texts)
    indexTexts(connection, source, [[field, text]], position);
  return null;
}

function update(connection: Connection, step: Step<"update">): StepResult {
  const assignments = ["updated_at", ...step.fields.map(([field]) => columnOf(field))]
    .map((column) => `${quoted(column)} = ?`)
    .join(", ");
  const condition = step.where === undefined ? "" : ` and (${step.where.sql})`;
  const row = connection.get(
    `update ${quoted(recordsTable(step.store))} as r set ${assignments}
       where r.user_id = ? and r.id = ?${condition} returning ${ROW}`,
    step.time,
    ...step.fields.map(([, value]) => value),
    step.userId,
    step.id,
    ...(step.where?.params ?? []),
  );
  if (row === undefined) {
    existingRow(connection, step);
    throw new SkeletonError("conflict", `The record "${step.id}" in "${step.store}" is not as expected.`, {
      hint: "Read it again and decide again.",
    });
  }
  const record = Number(row[0]);
  for (const [field] of step.texts) forgetTexts(connection, step.store, record, field);
  indexTexts(connection, { ...step, record }, step.texts, null);
  return null;
}

function remove(connection: Connection, step: Step<"delete">): StepResult {
  const row = connection.get(
    `delete from ${quoted(recordsTable(step.store))} where user_id = ? and id = ? returning ${ROW}`,
    step.userId,
    step.id,
  );
  if (row === undefined) return 0;
  connection.run(`delete from ${quoted(itemsTable(step.store))} where record = ?`, row[0] as SqlValue);
  forgetTexts(connection, step.store, Number(row[0]));
  return 1;
}

function append(connection: Connection, step: Step<"append">): StepResult {
  const items = quoted(itemsTable(step.store));
  const record = existingRow(connection, step);
  if (step.key !== null) {
    const there = connection.get(
      `select position from ${items} where record = ? and field = ? and key = ?`,
      record,
      step.field,
      step.key,
    );
    if (there !== undefined) return Number(there[0]);
  }
  const last = connection.get(
    `select max(position) from ${items} where record = ? and field = ?`,
    record,
    step.field,
  );
  const position = last === undefined || last[0] === null ? 0 : Number(last[0]) + 1;
  if (step.position !== null && step.position !== position)
    throw new SkeletonError("conflict", `The collection "${step.field}" has ${position} items by now.`, {
      hint: "Read what is new and decide again.",
    });
  insertItem(connection, { ...step, record }, { ...step, position });
  connection.run(
    `update ${quoted(recordsTable(step.store))} set updated_at = ? where ${ROW} = ?`,
    step.time,
    record,
  );
  return position;
}

function insertItem(connection: Connection, source: Source, item: ImportedItem): void {
  connection.run(
    `insert into ${quoted(itemsTable(source.store))} (record, field, position, key, item) values (?, ?, ?, ?, ?)`,
    source.record,
    item.field,
    item.position,
    item.key,
    item.item,
  );
  indexTexts(connection, source, item.texts, item.position);
}

/** The row of this owner's record. @throws `record_not_found`. */
function existingRow(
  connection: Connection,
  { store, userId, id }: { readonly store: string; readonly userId: string; readonly id: string },
): number {
  const row = connection.get(
    `select ${ROW} from ${quoted(recordsTable(store))} where user_id = ? and id = ?`,
    userId,
    id,
  );
  if (row !== undefined) return Number(row[0]);
  throw recordNotFound({ store, id });
}
