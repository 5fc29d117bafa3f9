import assert from "node:assert/strict";
import { test } from "node:test";
import { createMeter } from "./meter.ts";

test("a burst is read at once, and a flood a thousand messages a second", () => {
  let time = 0;
  const meter = createMeter(() => time);
  assert.equal(meter.spend(1000, 0), 0);
  assert.equal(meter.spend(500, 0), 500);
  time += 500;
  assert.equal(meter.spend(0, 0), 0);
  assert.equal(meter.spend(1, 0), 1);
  time += 3_600_000;
  assert.equal(meter.spend(1001, 0), 1, "rest is not saved up beyond one burst");
});

test("bytes count too, so a few huge messages are a flood like many small ones", () => {
  const meter = createMeter(() => 0);
  assert.equal(meter.spend(0, 1000 * 4096), 0);
  assert.equal(meter.spend(0, 100 * 4096), 100);
});
