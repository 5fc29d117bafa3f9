import type { JsonObject } from "../../protocols/json.ts";
import type { Store, Where, Write } from "../../protocols/store.ts";
import { owner, type TableName } from "./tables.ts";

type Value = string | number | null;
type Row = { readonly id: string };

/** Which rows: these fields have these values. The one in `upTo` holds a number that is no larger. */
export type Wanted<R extends Row> = {
  readonly equal: Partial<R>;
  readonly upTo?: { readonly field: keyof R & string; readonly most: number };
  readonly orderBy: keyof R & string;
  readonly limit: number;
};

/** Rows of a store as they are, and what a batch makes of them before anything is written. */
export type DraftTable<R extends Row> = {
  get(id: string): Promise<R | undefined>;
  /** The first rows by `orderBy`, which must differ between rows, or not matter where it does not. */
  find(wanted: Wanted<R>): Promise<readonly R[]>;
  /** Adds a row, or changes one that was read. */
  put(row: R): void;
  remove(row: R): void;
  /** Rows as the store has them, and as this batch leaves them; `undefined` for one that is not there. */
  changes(): readonly (readonly [before: R | undefined, after: R | undefined])[];
  /** What has to be written. */
  steps(): readonly Write[];
};

/** A search as far as the store was asked. */
type Fetched = { readonly ids: string[]; all: boolean };

/** Rows that one question to the store brings at least. */
const atLeast = 4;

/**
 * @param store stands still meanwhile, or what the batch writes is refused: so each thing is asked once.
 */
export function draftTable<R extends Row>(store: Store, name: TableName): DraftTable<R> {
  /** As the store has them; `undefined` for one that is not there. */
  const kept = new Map<string, R | undefined>();
  /** As this batch leaves them. */
  const changed = new Map<string, R | undefined>();
  const searches = new Map<string, Fetched>();
  const place = { userId: owner, store: name };

  const current = (id: string) => (changed.has(id) ? changed.get(id) : kept.get(id));

  async function fetchMore(fetched: Fetched, wanted: Wanted<R>): Promise<void> {
    const { equal, upTo, orderBy } = wanted;
    const where = {
      ...equal,
      // A lower bound too: `null` is below every number.
      ...(upTo !== undefined && { [upTo.field]: { $gt: 0, $lte: upTo.most } }),
    } as Where;
    const limit = Math.max(atLeast, wanted.limit, fetched.ids.length);
    const records = await store.find(place, { where, orderBy, offset: fetched.ids.length, limit });
    for (const record of records) {
      // As it was seen first: what was made of it says what to change, and another process may have written it since.
      if (!kept.has(record.id)) kept.set(record.id, record as unknown as R);
      fetched.ids.push(record.id);
    }
    fetched.all = records.length < limit;
  }

  return {
    async get(id) {
      if (!changed.has(id) && !kept.has(id))
        kept.set(id, (await store.get({ ...place, id })) as unknown as R | undefined);
      return current(id);
    },
    async find(wanted) {
      const { equal, upTo, orderBy, limit } = wanted;
      const name = JSON.stringify([equal, upTo, orderBy]);
      const fetched = searches.get(name) ?? { ids: [], all: false };
      searches.set(name, fetched);
      const fits = (row: R | undefined): row is R =>
        row !== undefined &&
        matches(row, equal) &&
        (upTo === undefined || isUpTo(row[upTo.field], upTo.most));
      for (;;) {
        const known = new Set(fetched.ids);
        const found = fetched.ids.map(current).filter(fits);
        found.push(...[...changed].flatMap(([id, row]) => (!known.has(id) && fits(row) ? [row] : [])));
        found.sort((one, other) => compare(one[orderBy] as Value, other[orderBy] as Value));
        // Behind the last row that the store has told of there may be others.
        const last = kept.get(fetched.ids.at(-1) ?? "");
        const sure = fetched.all
          ? found
          : last === undefined
            ? []
            : found.filter((row) => compare(row[orderBy] as Value, last[orderBy] as Value) <= 0);
        if (fetched.all || sure.length >= limit) return sure.slice(0, limit);
        await fetchMore(fetched, wanted);
      }
    },
    put(row) {
      changed.set(row.id, row);
    },
    remove(row) {
      changed.set(row.id, undefined);
    },
    changes: () => [...changed].map(([id, row]) => [kept.get(id), row]),
    steps: () =>
      [...changed].flatMap(([id, row]): readonly Write[] => {
        const before = kept.get(id);
        const at = { ...place, id };
        if (row === undefined) return before === undefined ? [] : [{ op: "delete", at }];
        const { id: _, ...fields } = row;
        if (before === undefined) return [{ op: "add", in: place, id, data: fields as JsonObject }];
        const changes = Object.entries(fields).filter(
          ([field, value]) => !Object.is(value, Reflect.get(before, field)),
        );
        return changes.length === 0
          ? []
          : [{ op: "update", at, changes: Object.fromEntries(changes) as JsonObject }];
      }),
  };
}

const matches = <R extends Row>(row: R, equal: Partial<R>): boolean =>
  Object.entries(equal).every(([field, value]) => Reflect.get(row, field) === value);

const isUpTo = (value: unknown, most: number): boolean => typeof value === "number" && value <= most;

function compare(one: Value, other: Value): number {
  if (one === other) return 0;
  if (one === null) return -1;
  if (other === null) return 1;
  return one < other ? -1 : 1;
}
