import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { test } from "node:test";
import { until } from "./until.ts";

test("what holds in the end is waited for, and given", async () => {
  let looks = 0;
  assert.equal(await until("the third look", () => (++looks === 30 ? "here" : undefined)), "here");
  assert.equal(looks, 30);
});

test("what never holds is named after a minute", async (t) => {
  let nowMs = 0;
  t.mock.method(performance, "now", () => nowMs);
  const never = until("the end of the world", () => {
    nowMs += 6_000;
  });
  await assert.rejects(never, { message: "This did not come to pass: the end of the world." });
  assert.equal(nowMs, 66_000);
});

test("it ends when it is told to, and when looking fails", async () => {
  const leaving = new AbortController();
  await assert.rejects(
    until("nothing", () => leaving.abort(new Error("the test is over")), leaving.signal),
    { message: "the test is over" },
  );
  await assert.rejects(
    until("nothing", () => Promise.reject(new Error("nobody is there"))),
    { message: "nobody is there" },
  );
});

test("it waits by the machine's time where a test has a clock of its own", async (t) => {
  t.mock.timers.enable();
  let looks = 0;
  assert.equal(await until("more than the eager looks", () => ++looks > 25), true);
});
