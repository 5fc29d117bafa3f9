import assert from "node:assert/strict";
import { test } from "node:test";
import { words as german } from "../words/de/words.ts";
import { words } from "../words/en/words.ts";
import { groupByDay } from "./group-by-day.ts";

const now = new Date(2026, 2, 10, 0, 30); // half past midnight, local time
const at = (...date: [number, number, number, number?]) => ({ created: new Date(...date).toISOString() });

test("days are the reader's own, and have names up to a week", () => {
  const groups = groupByDay(
    [
      at(2026, 2, 10, 0),
      at(2026, 2, 9, 23),
      at(2026, 2, 8),
      at(2026, 2, 3),
      at(2026, 2, 2),
      at(2026, 0, 1),
      at(2025, 11, 31),
    ],
    now,
    words.threads,
    "en",
  );
  assert.deepEqual(
    groups.map(({ name, items }) => [name, items.length]),
    [
      ["Today", 1],
      ["Yesterday", 1],
      ["Last 7 days", 2],
      ["March", 1],
      ["January", 1],
      ["December 2025", 1],
    ],
  );
});

test("a thread from a server whose clock is ahead is of today", () => {
  assert.equal(groupByDay([at(2026, 2, 11)], now, words.threads, "en")[0]?.name, "Today");
});

test("a time without a zone is UTC", () => {
  const utc = new Date(Date.UTC(2026, 2, 9, 12));
  const [group] = groupByDay([{ created: "2026-03-09T12:00:00.070809" }], utc, words.threads, "en");
  assert.equal(group?.name, "Today");
});

test("days have the names of the reader's language", () => {
  const items = [at(2026, 2, 10, 0), at(2026, 0, 1), at(2025, 11, 31)];
  assert.deepEqual(
    groupByDay(items, now, german.threads, "de").map(({ name }) => name),
    ["Heute", "Januar", "Dezember 2025"],
  );
});

test("a name is made once a month, however many threads there are, and out of order they find their group", () => {
  const items = Array.from({ length: 5_000 }, (_, index) => at(2025, 11 - (index % 12), 1 + (index % 28)));
  const format = Intl.DateTimeFormat.prototype;
  const { get = () => () => "" } = Object.getOwnPropertyDescriptor(format, "format") ?? {};
  let made = 0;
  Object.defineProperty(format, "format", {
    configurable: true,
    get() {
      made += 1;
      return get.call(this);
    },
  });
  const inOrder = items.toSorted((a, b) => b.created.localeCompare(a.created));
  const groups = groupByDay(inOrder, now, words.threads, "en");
  Object.defineProperty(format, "format", { configurable: true, get });
  assert.equal(groups.length, 12);
  assert.equal(made, 12);
  const sizes = (found: typeof groups) => new Map(found.map(({ name, items: { length } }) => [name, length]));
  assert.deepEqual(sizes(groupByDay(items, now, words.threads, "en")), sizes(groups));
});
