import { firstSegment, segmentIndex, type Tree } from "./tree.ts";

/** Positions from `from` up to and without `to`. */
export type Range = { readonly from: number; readonly to: number };

/** The active branch from the first entry to the last, as stretches of positions. */
export function activePath(tree: Tree): readonly Range[] {
  const upwards: Range[] = [];
  let position = tree.leaf;
  while (position !== null) {
    const segment = tree.segments[segmentIndex(tree.segments, position)] ?? firstSegment;
    upwards.push({ from: segment.start, to: position + 1 });
    position = segment.parent;
  }
  return upwards.reverse();
}

/** Whether a position is on a path. */
export const isOnPath = (path: readonly Range[], position: number): boolean =>
  path.some(({ from, to }) => from <= position && position < to);

/** The first `limit` positions of a path below `after`, which must be on it. */
export function pageBelow(path: readonly Range[], after: number, limit?: number): readonly Range[] {
  const ranges: Range[] = [];
  let room = limit ?? Number.POSITIVE_INFINITY;
  for (const range of path) {
    // Children stand after their parents, so a larger position on a path is always further down.
    const from = Math.max(range.from, after + 1);
    const to = Math.min(range.to, from + room);
    if (from >= to) continue;
    ranges.push({ from, to });
    room -= to - from;
  }
  return ranges;
}

/** A position of a path in the middle of the page, with half of what is left above it and half below. */
export function pageAround(path: readonly Range[], around: number, limit?: number): readonly Range[] {
  if (limit === 0) return [];
  const above = limit === undefined ? {} : { limit: Math.floor(limit / 2) };
  const below = limit === undefined ? undefined : limit - Math.floor(limit / 2) - 1;
  return [
    ...pageOfPath(path, { ...above, before: around }),
    { from: around, to: around + 1 },
    ...pageBelow(path, around, below),
  ];
}

/** The last `limit` positions of a path, of those above `before`, which must be on it. */
export function pageOfPath(
  path: readonly Range[],
  page: { readonly limit?: number; readonly before?: number },
): readonly Range[] {
  const ranges: Range[] = [];
  let room = page.limit ?? Number.POSITIVE_INFINITY;
  for (const range of path.toReversed()) {
    // Parents stand before their children, so a smaller position on a path is always further up.
    const to = Math.min(range.to, page.before ?? Number.POSITIVE_INFINITY);
    const from = Math.max(range.from, to - room);
    if (from >= to) continue;
    ranges.push({ from, to });
    room -= to - from;
  }
  return ranges.reverse();
}
