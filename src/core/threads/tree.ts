/**
 * A stretch of a history in which each entry is the child of the one before it. It begins at position `start`, goes
 * on to the next segment's start (the last one: to the end), and its first entry is the child of position `parent`.
 */
export type Segment = { readonly start: number; readonly parent: number | null };

/**
 * The shape of a history: entries stand in one list in the order of appending, whatever branch they are on, and the
 * segments say how they hang together. They stay few: an entry appended below the last one needs no change.
 */
export type Tree = {
  /** By `start`, smallest first; the first one starts at 0 and has no parent. */
  readonly segments: readonly Segment[];
  /** How many entries there are. */
  readonly length: number;
  /** Where the active branch ends; `null` in an empty history. */
  readonly leaf: number | null;
};

export const firstSegment: Segment = { start: 0, parent: null };

/** The index of the segment that covers a position. */
export function segmentIndex(segments: readonly Segment[], position: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((segments[middle]?.start ?? Number.POSITIVE_INFINITY) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where the segment with this index ends: the position after its last one. */
export const segmentEnd = (tree: Tree, index: number): number =>
  tree.segments[index + 1]?.start ?? tree.length;

/** The segments that begin when the next entry, at position `length`, is appended below `parent`. */
export function grow(
  segments: readonly Segment[],
  length: number,
  parent: number | null,
): readonly Segment[] {
  const last = length === 0 ? null : length - 1;
  return parent === last ? segments : [...segments, { start: length, parent }];
}

/** The position of the parent; `null` for a first entry. */
export function parentOf(segments: readonly Segment[], position: number): number | null {
  const segment = segments[segmentIndex(segments, position)] ?? firstSegment;
  return segment.start === position ? segment.parent : position - 1;
}
