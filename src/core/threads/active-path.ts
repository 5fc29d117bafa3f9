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
