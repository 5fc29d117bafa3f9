import type { Row } from "../engine.ts";
import type { Cursor } from "./marks.ts";
import type { MovedStore, Source } from "./source.ts";

/** As it is kept: (field, position, key, item). */
export type KeptItem = readonly [field: string, position: number, key: string | null, item: string];

/** A record, or a stretch of one that is too large to be held. */
export type Part = {
  readonly row: number;
  /** The columns of its record, in the order of the store's. */
  readonly columns: Row;
  readonly items: readonly KeptItem[];
  readonly first: boolean;
  readonly last: boolean;
};

/** What is held at once, at most; a single item or record may be larger. */
export type Limits = { readonly records: number; readonly items: number; readonly bytes: number };

export const usualLimits: Limits = { records: 200, items: 1_000, bytes: 1_000_000 };

/** Everything of a store after a cursor, in order of creation. Each list of parts is to be written together. */
export async function* readParts(
  source: Source,
  store: MovedStore,
  { after: from, inside }: Pick<Cursor, "after" | "inside">,
  limits: Limits,
): AsyncGenerator<readonly Part[]> {
  let after = from;
  if (inside !== undefined) {
    const [record] = await source.read({ sql: store.exportSql, params: [inside.row - 1, 1] });
    if (record?.[0] === inside.row) yield* stretches(source, store, record, limits, inside);
    after = inside.row;
  }
  for (;;) {
    const sizes = await source.read({ sql: store.sizesSql, params: [after, limits.records] });
    for (let at = 0; at < sizes.length; ) {
      const count = fitting(sizes.slice(at), limits.bytes);
      const [first, last] = [Number(sizes[at]?.[0]), Number(sizes[at + count - 1]?.[0])];
      const records = await source.read({ sql: store.exportSql, params: [first - 1, count] });
      if (Number(sizes[at]?.[1]) > limits.bytes && records[0] !== undefined)
        yield* stretches(source, store, records[0], limits);
      else {
        const items = await source.read({ sql: store.itemsSql, params: [first, last] });
        yield whole(records, items);
      }
      after = last;
      at += count;
    }
    if (sizes.length < limits.records) return;
  }
}

function whole(records: readonly Row[], items: readonly Row[]): readonly Part[] {
  const own = Map.groupBy(items, ([record]) => record);
  return records.map(([row, ...columns]) => ({
    row: Number(row),
    columns,
    items: (own.get(row ?? null) ?? []).map(([, ...item]) => item as unknown as KeptItem),
    ...{ first: true, last: true },
  }));
}

/** @param from the last item that is there; without one it begins with the record itself. */
async function* stretches(
  source: Source,
  store: MovedStore,
  [row, ...columns]: Row,
  limits: Limits,
  from?: { readonly field: string; readonly position: number },
): AsyncGenerator<readonly Part[]> {
  const owner = columns[1] ?? null;
  let first = from === undefined;
  for (let at = from ?? { field: "", position: -1 }; ; first = false) {
    const after = [owner, row ?? null, at.field, at.position];
    const sizes = await source.read({ sql: store.itemSizesSql, params: [...after, limits.items] });
    const count = fitting(
      sizes.map(([, ...size]) => size),
      limits.bytes,
    );
    const items = (await source.read({
      sql: store.itemPageSql,
      params: [...after, count],
    })) as unknown as readonly KeptItem[];
    const last = count === sizes.length && count < limits.items;
    yield [{ row: Number(row), columns, items, first, last }];
    const end = items.at(-1);
    if (last || end === undefined) return;
    at = { field: end[0], position: end[1] };
  }
}

/** How many of them fit, by the bytes in their second column; at least one, where there is one. */
function fitting(sizes: readonly Row[], bytes: number): number {
  let sum = 0;
  for (const [index, [, size]] of sizes.entries()) {
    sum += Number(size);
    if (sum > bytes) return Math.max(index, 1);
  }
  return sizes.length;
}
