import assert from "node:assert/strict";
import { test } from "node:test";
import { Beat } from "./beat.ts";

/** A beat on a clock that stands still until it is moved, in a server that heard so much in its last half second. */
function beatAfter(appends: number) {
  const clock = { ms: 0 };
  const beat = new Beat(() => clock.ms);
  for (let n = 0; n < appends; n += 1) beat.heard();
  clock.ms = 500;
  return { beat, clock };
}

test("where little is said, readers are told at the end of the loop, in order", async () => {
  const { beat } = beatAfter(1_000);
  const told: string[] = [];
  beat.next(() => told.push("a"), 499);
  beat.next(() => told.push("b"), 499);
  assert.deepEqual(told, []);
  await new Promise(setImmediate);
  assert.deepEqual(told, ["a", "b"]);
});

test("where much is said, what follows closely waits for company, and what comes after a silence does not", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { beat } = beatAfter(5_000); // 10,000 a second
  const told: string[] = [];
  beat.next(() => told.push("close"), 480);
  beat.next(() => told.push("closer"), 499);
  beat.next(() => told.push("after a silence"), 440);
  beat.next(() => told.push("first"), Number.NEGATIVE_INFINITY);
  await new Promise(setImmediate);
  assert.deepEqual(told, ["after a silence", "first"]);
  context.mock.timers.tick(60);
  assert.deepEqual(told.slice(2), ["close", "closer"]);
});

test("nobody waits longer than 60 ms, however much is said", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { beat } = beatAfter(1_000_000);
  const told: string[] = [];
  beat.next(() => told.push("close"), 499);
  context.mock.timers.tick(60);
  assert.deepEqual(told, ["close"]);
});

test("when it grows quiet again, nobody waits any more", async () => {
  const { beat, clock } = beatAfter(5_000);
  beat.next(() => {}, 0);
  clock.ms = 1_100;
  const told: string[] = [];
  beat.next(() => told.push("at once"), 1_099);
  await new Promise(setImmediate);
  assert.deepEqual(told, ["at once"]);
});
