import { SkeletonError } from "../../../lib/errors.ts";
import type { StoreRecord } from "../../../protocols/store.ts";
import type { Catalog } from "../catalog.ts";
import type { Engine, FieldValue, PreparedStore, WriteStep } from "../engine.ts";

/*
 * What a target knows of the move into it, as records of a store: one of the move, and one for each store that says how
 * far it is. They are written together with what they tell of. Once all is there and compared the move is `done`, and its
 * record stays to say where everything came from.
 */

/** Goes into no other target. */
export const MOVE_STORE = "skeleton_move";
/** No user's name begins like this. */
const OWNER = "#move";
/** No store's name, so that it meets none of theirs. */
const MOVE = "#move";

export const MOVE_SCHEMA = {
  source: "str",
  state: "str",
  /** The row of the last record that is there with all items. */
  after: "int",
  /** The row of a record of which some items are there, and the last of these. */
  inside: "int",
  field: "str",
  position: "int",
  /** The number of the last text that is in the index. */
  text: "int",
  /** Records, items and texts so far. */
  done: "int",
} as const;

export type Mark = { readonly source: string; readonly state: "moving" | "done" };

/** How far a store is. */
export type Cursor = {
  readonly after: number;
  readonly inside: { readonly row: number; readonly field: string; readonly position: number } | undefined;
  readonly text: number;
  readonly done: number;
};

/** Before anything. */
export const atBegin: Cursor = { after: 0, inside: undefined, text: 0, done: 0 };

/** The store of the marks, as the target's engine knows it. */
export type Marks = PreparedStore;

export async function readMark(engine: Pick<Engine, "readEarly">, marks: Marks): Promise<Mark | undefined> {
  const record = await readRecord(engine, marks, MOVE);
  return record && ({ source: record.source, state: record.state } as Mark);
}

/** @throws when the store was never begun: a fault of this program. */
export async function readCursor(engine: Engine, marks: Marks, store: string): Promise<Cursor> {
  const record = await readRecord(engine, marks, store);
  if (record === undefined) throw new Error(`The move of ${store} has no mark.`);
  const { after, inside, field, position, text, done } = record as unknown as Record<string, number>;
  return {
    ...{ after, text, done },
    inside: inside === null ? undefined : { row: inside, field: String(field), position },
  } as Cursor;
}

async function readRecord(
  engine: Pick<Engine, "readEarly">,
  marks: Marks,
  id: string,
): Promise<StoreRecord | undefined> {
  const [row] = await engine.readEarly({ sql: marks.getSql, params: [OWNER, id] });
  return row && marks.record(row);
}

export const beginMove = (source: string, time: string): WriteStep =>
  step("add", MOVE, time, [
    ["source", source],
    ["state", "moving"],
  ]);

export const endMove = (time: string): WriteStep => step("update", MOVE, time, [["state", "done"]]);

export const isBegun = async (engine: Engine, marks: Marks, store: string): Promise<boolean> =>
  (await readRecord(engine, marks, store)) !== undefined;

export const beginStore = (store: string, time: string): WriteStep =>
  step("add", store, time, fieldsOf(atBegin));

export const moveOn = (store: string, cursor: Cursor, time: string): WriteStep =>
  step("update", store, time, fieldsOf(cursor));

const fieldsOf = ({ after, inside, text, done }: Cursor): readonly FieldValue[] => [
  ["after", after],
  ["inside", inside?.row ?? null],
  ["field", inside?.field ?? null],
  ["position", inside?.position ?? null],
  ["text", text],
  ["done", done],
];

const step = (op: "add" | "update", id: string, time: string, fields: readonly FieldValue[]): WriteStep => ({
  ...{ op, store: MOVE_STORE, userId: OWNER, id, time, fields, texts: [], where: undefined },
});

/** @throws `store_unavailable` for a store into which a move is under way. */
export async function refuseHalfMoved(engine: Pick<Engine, "readEarly">, catalog: Catalog): Promise<void> {
  const marks = catalog.find(MOVE_STORE);
  const mark = marks && (await readMark(engine, marks));
  if (mark?.state === "moving") throw halfMoved(mark);
}

export const halfMoved = ({ source }: Mark) =>
  new SkeletonError("store_unavailable", `Only a part of what was in ${source} is here: a move broke off.`, {
    hint: "Give the same `skeleton move` again and it goes on; or give the server the store that it had.",
  });
