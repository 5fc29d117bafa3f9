import assert from "node:assert/strict";
import { test } from "node:test";
import { asNewest, joined, type MessagePages, pageAbove, pageBelow } from "./message-pages.ts";
import type { MessageEntry } from "./wire.ts";

/** Entries one below the other, the first of them below `parent`. */
const chain = (parent: string | null, ...ids: readonly string[]): readonly MessageEntry[] =>
  ids.map((id, index) => ({ id, parent_id: index === 0 ? parent : ids[index - 1] }) as MessageEntry);

/** Pages from the newest up. */
const pages = (...all: readonly (readonly MessageEntry[])[]): MessagePages => ({
  pages: [...all],
  pageParams: all.map(() => ({ limit: 2 })),
});

const ids = (known: MessagePages | undefined) => known?.pages.map((page) => page.map(({ id }) => id));

const known = pages(chain("d", "e", "f"), chain("b", "c", "d"), chain(null, "a", "b"));

test("what has come at the end is put there, and the pages above stay as they were", () => {
  const whole = joined(known, chain("d", "e", "f", "g", "h"));
  assert.deepEqual(ids(whole), [
    ["e", "f", "g", "h"],
    ["c", "d"],
    ["a", "b"],
  ]);
  assert.equal(whole?.pages[1], known.pages[1]);
  assert.deepEqual(ids(joined(known, chain("e", "f", "g")))?.[0], ["e", "f", "g"]);
  assert.deepEqual(ids(joined(known, chain("f", "g")))?.[0], ["e", "f", "g"]);
  // As many are loaded when all is loaded again.
  assert.deepEqual(
    joined(known, chain("f", ..."ghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOP"))?.pageParams[0],
    {
      limit: 48,
    },
  );
});

test("a branch that begins further up takes the place of what stood below", () => {
  assert.deepEqual(ids(joined(known, chain("b", "c2", "d2"))), [["a", "b", "c2", "d2"]]);
  assert.deepEqual(ids(joined(known, chain(null, "a2"))), [["a2"]]);
});

test("an end that does not meet what is known is not put together with it", () => {
  assert.equal(joined(known, chain("y", "z")), undefined);
  assert.equal(joined(known, []), undefined);
  assert.deepEqual(ids(joined(pages([]), chain("y", "z"))), undefined);
  assert.deepEqual(ids(joined(pages([]), chain(null, "a"))), [["a"]]);
});

test("reading on goes from the outermost entries, and ends where the thread begins", () => {
  assert.equal(pageAbove(known.pages), undefined);
  assert.deepEqual(pageAbove(known.pages.slice(0, 2)), { before: "c", limit: 200 });
  assert.deepEqual(pageAbove([chain("d", "e"), []]), { before: "e", limit: 200 });
  assert.deepEqual(pageBelow(known.pages), { after: "f", limit: 200 });
  assert.equal(pageBelow([[], ...known.pages]), undefined);
  assert.deepEqual(asNewest(chain(null, "a")).pageParams, [{ limit: 40 }]);
});
