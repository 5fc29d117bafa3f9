import { parentOf, segmentIndex, type Tree } from "./tree.ts";

/**
 * Looks for entries that begin at the same place: `siblingsAt(position)` gives their positions in order of age, the
 * asked one among them.
 */
export function siblingFinder(tree: Tree): (position: number) => readonly number[] {
  const starts = new Map<number | null, number[]>();
  for (const { start, parent } of tree.segments) {
    const there = starts.get(parent);
    if (there) there.push(start);
    else starts.set(parent, [start]);
  }
  return (position) => {
    const parent = parentOf(tree.segments, position);
    const branches = starts.get(parent) ?? [];
    const next = parent === null ? undefined : nextInSegment(tree, parent);
    // What goes on in the parent's own segment came right after it, before any branch.
    return next === undefined ? branches : [next, ...branches];
  };
}

function nextInSegment(tree: Tree, position: number): number | undefined {
  const next = position + 1;
  const goesOn = segmentIndex(tree.segments, next) === segmentIndex(tree.segments, position);
  return next < tree.length && goesOn ? next : undefined;
}
