import { columnFields, type FullDefinition, searchedText } from "../definition.ts";
import type { Engine, FieldValue, ImportedItem, Row, WriteStep } from "../engine.ts";
import { itemText } from "../item-text.ts";
import { type Cursor, type Marks, moveOn, readCursor } from "./marks.ts";
import { type KeptItem, type Limits, type Part, readParts } from "./read-parts.ts";
import type { MovedStore, Source } from "./source.ts";

/** Where it goes. Nobody else writes to it. */
export type Target = {
  readonly engine: Engine;
  /** Of its definitions, which stay as they are by now. */
  readonly version: number;
  readonly marks: Marks;
  readonly now: () => Date;
};

export type CopyOptions = {
  readonly limits: Limits;
  /** Hears how many records, items and texts of the store are there by now. */
  readonly onProgress: (done: number) => void;
};

/**
 * Copies what is missing of a store: first its records with their items, then the index of its texts, in the order of the
 * source's, by which a search tells newer texts from older ones. Every step is written together with how far it got.
 */
export async function copyStore(
  source: Source,
  { engine, version, marks, now }: Target,
  store: MovedStore,
  { limits, onProgress }: CopyOptions,
): Promise<void> {
  const { name } = store.definition;
  let cursor = await readCursor(engine, marks, name);
  onProgress(cursor.done);
  async function write(steps: readonly WriteStep[], next: Cursor): Promise<void> {
    await engine.write(version, [...steps, moveOn(name, next, now().toISOString())]);
    cursor = next;
    onProgress(cursor.done);
  }
  for await (const parts of readParts(source, store, cursor, limits)) {
    const steps = parts.flatMap((part) => partSteps(store.definition, part));
    await write(steps, pastParts(cursor, parts));
  }
  for await (const rows of source.readLong(store.texts(cursor.text))) {
    const steps = rows.flatMap((row) => textSteps(store.definition, row));
    await write(steps, { ...cursor, text: Number(rows.at(-1)?.[0]), done: cursor.done + rows.length });
  }
}

function pastParts(cursor: Cursor, parts: readonly Part[]): Cursor {
  const counts = parts.map(({ first, items }) => (first ? 1 : 0) + items.length);
  const done = counts.reduce((sum, count) => sum + count, cursor.done);
  const end = parts.at(-1);
  if (end === undefined || end.last)
    return { ...cursor, after: end?.row ?? cursor.after, inside: undefined, done };
  const [field = "", position = -1] = end.items.at(-1) ?? [];
  return { ...cursor, inside: { row: end.row, field, position }, done };
}

function partSteps({ name: store, schema }: FullDefinition, part: Part): readonly WriteStep[] {
  const [id, userId, created, updated, ...values] = part.columns;
  const target = { store, id: String(id), userId: String(userId) };
  const items = part.items.map(importedItem);
  if (!part.first) return items.length === 0 ? [] : [{ op: "fill", ...target, items, texts: [] }];
  const fields = columnFields(schema).map(([field], at): FieldValue => [field, values[at] ?? null]);
  const times = { created: String(created), updated: String(updated) };
  return [{ op: "import", ...target, ...times, fields, texts: [], items }];
}

const importedItem = ([field, position, key, item]: KeptItem): ImportedItem => ({
  ...{ field, position, key, item, texts: [] },
});

/** Makes one text findable. */
function textSteps({ name: store, schema }: FullDefinition, row: Row): readonly WriteStep[] {
  const [, userId, id, place, position = null, item = null, , , , , ...values] = row;
  const { field, key } = searchedText(String(place));
  const kept = key === undefined ? values[columnFields(schema).findIndex(([name]) => name === field)] : item;
  if (kept === null || kept === undefined) return [];
  const text = key === undefined ? String(kept) : itemText(String(kept), key);
  if (text === null) return [];
  const texts = [{ field: String(place), position: position === null ? null : Number(position), text }];
  return [{ op: "fill", store, userId: String(userId), id: String(id), items: [], texts }];
}
