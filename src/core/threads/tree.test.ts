import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { activePath, isOnPath, pageOfPath, type Range } from "./active-path.ts";
import { newestEnd } from "./newest-end.ts";
import { siblingFinder } from "./siblings.ts";
import { firstSegment, grow, parentOf, type Segment, type Tree } from "./tree.ts";

/** A tree as everybody would write it down: each entry's parent, by position. */
type Naive = readonly (number | null)[];

/** Grown by appending, mostly at the end, sometimes anywhere, sometimes as another beginning. */
const naive: fc.Arbitrary<Naive> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant("last" as const) },
      { weight: 3, arbitrary: fc.nat() },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    { maxLength: 60 },
  )
  .map((choices) =>
    choices.map((choice, position) => {
      if (position === 0 || choice === null) return null;
      return choice === "last" ? position - 1 : choice % position;
    }),
  );

/** A tree that is not empty, with one position in it. */
const withPosition = fc
  .tuple(
    naive.filter((parents) => parents.length > 0),
    fc.nat(),
  )
  .map(([parents, number]) => ({ parents, position: number % parents.length }));

function treeOf(
  parents: Naive,
  leaf: number | null = parents.length === 0 ? null : parents.length - 1,
): Tree {
  let segments: readonly Segment[] = [firstSegment];
  parents.forEach((parent, position) => {
    segments = grow(segments, position, parent);
  });
  return { segments, length: parents.length, leaf };
}

function naivePath(parents: Naive, leaf: number | null): number[] {
  const path: number[] = [];
  for (let at = leaf; at !== null; at = parents[at] ?? null) path.unshift(at);
  return path;
}

const flat = (ranges: readonly Range[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index));

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns: 500 });

describe("a history's tree", () => {
  test("keeps every entry's parent", () => {
    check(naive, (parents) => {
      const { segments } = treeOf(parents);
      assert.deepEqual(
        parents.map((_, position) => parentOf(segments, position)),
        parents,
      );
    });
  });

  test("needs one segment a branch and none for a conversation that only goes on", () => {
    check(naive, (parents) => {
      const turns = parents.filter((parent, position) => position > 0 && parent !== position - 1).length;
      assert.equal(treeOf(parents).segments.length, 1 + turns);
    });
  });

  test("has the path that following the parents gives", () => {
    check(withPosition, ({ parents, position }) => {
      const path = activePath(treeOf(parents, position));
      const expected = naivePath(parents, position);
      assert.deepEqual(flat(path), expected);
      for (const at of parents.keys()) assert.equal(isOnPath(path, at), expected.includes(at));
    });
    assert.deepEqual(activePath(treeOf([])), []);
  });

  test("gives any page of the path", () => {
    check(
      fc.tuple(withPosition, fc.nat(70), fc.option(fc.nat())),
      ([{ parents, position }, limit, choice]) => {
        const path = naivePath(parents, position);
        const before = choice === null ? undefined : path[choice % path.length];
        const above = before === undefined ? path : path.slice(0, path.indexOf(before));
        const page = pageOfPath(activePath(treeOf(parents, position)), {
          limit,
          ...(before === undefined ? {} : { before }),
        });
        assert.deepEqual(flat(page), limit === 0 ? [] : above.slice(-limit));
      },
    );
  });

  test("finds the children of one parent as siblings, oldest first", () => {
    check(naive, (parents) => {
      const siblingsAt = siblingFinder(treeOf(parents));
      parents.forEach((parent, position) => {
        const expected = [...parents.keys()].filter((other) => parents[other] === parent);
        assert.deepEqual(siblingsAt(position), expected);
      });
    });
  });

  test("ends a branch at the newest entry below", () => {
    check(withPosition, ({ parents, position }) => {
      const below = [...parents.keys()].filter((at) => naivePath(parents, at).includes(position));
      assert.equal(newestEnd(treeOf(parents), position), Math.max(...below));
    });
  });
});
