import { segmentEnd, segmentIndex, type Tree } from "./tree.ts";

/** The newest entry at or below a position. Nothing hangs below it: a child would be newer. */
export function newestEnd(tree: Tree, position: number): number {
  const first = segmentIndex(tree.segments, position);
  /** Segments with entries below the position, and from where on they are. */
  const below = new Map([[first, position]]);
  let newest = segmentEnd(tree, first) - 1;
  for (let index = first + 1; index < tree.segments.length; index += 1) {
    const segment = tree.segments[index];
    if (!segment || segment.parent === null) continue;
    const from = below.get(segmentIndex(tree.segments, segment.parent));
    if (from === undefined || segment.parent < from) continue;
    below.set(index, segment.start);
    newest = segmentEnd(tree, index) - 1;
  }
  return newest;
}
