import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createOutbox } from "./outbox.ts";

/** What left together, and when, by a clock that stands still unless it is told. */
function watched(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  let ms = 0;
  const left: (readonly [number, string])[] = [];
  const outbox = createOutbox<string>(
    (all) => left.push([ms, all.join("")]),
    () => ms,
  );
  const pass = (by: number) => {
    t.mock.timers.tick(0);
    for (const end = ms + by; ms < end; ) {
      ms += 1;
      t.mock.timers.tick(1);
    }
  };
  return { ...outbox, left, pass };
}

test("what is posted in one loop leaves together at its end, in order", (t) => {
  const { post, left, pass } = watched(t);
  for (const one of "abc") post(one);
  assert.deepEqual(left, []);
  pass(0);
  post("d");
  pass(0);
  assert.deepEqual(left, [
    [0, "abc"],
    [0, "d"],
  ]);
});

test("what may wait leaves at once after a silence, then every ten ms with all that came meanwhile", (t) => {
  const { postInCompany, left, pass } = watched(t);
  for (const one of "abcdefg") {
    postInCompany(one);
    pass(3);
  }
  pass(100);
  postInCompany("h");
  pass(0);
  assert.deepEqual(left, [
    [0, "a"],
    [10, "bcd"],
    [20, "efg"],
    [121, "h"],
  ]);
});

test("what must not wait takes along what waits, and nothing leaves twice", (t) => {
  const { post, postInCompany, left, pass } = watched(t);
  postInCompany("a");
  pass(0);
  postInCompany("b");
  post("c");
  postInCompany("d");
  pass(0);
  pass(50);
  assert.deepEqual(left, [
    [0, "a"],
    [0, "bcd"],
  ]);
});
