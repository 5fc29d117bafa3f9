import type { BusBatch } from "../../../protocols/bus.ts";

/** Neighbours are let go of together, in so many steps. */
const steps = 16;

type Stretch = { lastId: number; size: number };

/**
 * Keeps account of how much of a log its copy has, in characters, so that the copy holds at most `most` and one batch: the
 * newest part.
 */
export function newestPart(most: number): {
  /** A batch is added. @returns the id of the last line that is let go of, if any is. */
  add(batch: BusBatch): number | undefined;
  /** As much of a whole log as is kept of it, at least its last line; the account begins anew with it. */
  of(log: BusBatch): BusBatch;
} {
  let stretches: Stretch[] = [];
  let total = 0;

  function count(lastId: number, size: number): void {
    const newest = stretches.at(-1);
    if (newest === undefined || newest.size >= most / steps) stretches.push({ lastId, size });
    else Object.assign(newest, { lastId, size: newest.size + size });
    total += size;
  }

  return {
    add({ firstId, data }) {
      count(firstId + data.length - 1, sizeOf(data));
      let gone: number | undefined;
      for (let first = stretches[0]; first && stretches.length > 1 && total > most; first = stretches[0]) {
        stretches.shift();
        total -= first.size;
        gone = first.lastId;
      }
      return gone;
    },
    of({ firstId, data }) {
      let from = data.length - 1;
      let size = data[from]?.length ?? 0;
      for (; from > 0; from -= 1) {
        size += data[from - 1]?.length ?? 0;
        if (size > most) break;
      }
      const kept = data.slice(from);
      stretches = [];
      total = 0;
      count(firstId + data.length - 1, sizeOf(kept));
      return { firstId: firstId + from, data: kept };
    },
  };
}

const sizeOf = (data: readonly string[]): number => data.reduce((sum, line) => sum + line.length, 0);
