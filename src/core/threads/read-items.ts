import type { Json } from "../../protocols/json.ts";
import type { Store } from "../../protocols/store.ts";
import type { ThreadAt } from "../../protocols/threads.ts";
import type { Range } from "./active-path.ts";
import { inThread } from "./in-thread.ts";
import { recordAt } from "./thread-record.ts";

/** Up to so many items are read for nothing rather than asked for in another call. */
const gapWorthReading = 16;

/** The items at these stretches, in any order, by position; now and then some between them too. */
export async function readItems(
  store: Store,
  at: ThreadAt,
  wanted: readonly Range[],
): Promise<ReadonlyMap<number, Json>> {
  const stretches = joined(wanted).map(({ from, to }) =>
    inThread(store.collectionGet(recordAt(at), "messages", { offset: from, limit: to - from })),
  );
  const items = new Map<number, Json>();
  for (const stretch of await Promise.all(stretches)) {
    for (const { position, item } of stretch) items.set(position, item);
  }
  return items;
}

/** In order, and those that nearly touch made one. */
function joined(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && range.from - last.to <= gapWorthReading) {
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
    } else result.push(range);
  }
  return result;
}
