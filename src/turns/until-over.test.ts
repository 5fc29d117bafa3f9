import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryBus } from "../core/bus/memory-bus.ts";
import { untilOver } from "./until-over.ts";

function logOf(leaving: AbortController) {
  const bus = memoryBus();
  bus.open("t");
  bus.append("t", ["1"]);
  return { bus, log: bus.read("t", undefined, leaving.signal) };
}

test("a log that falls silent, and whose turn is over, is lost; one whose turn runs is waited for", async () => {
  const leaving = new AbortController();
  const { log } = logOf(leaving);
  let asked = 0;
  const reading = untilOver(
    log,
    async () => {
      asked += 1;
      return asked > 2;
    },
    leaving,
    5,
  );
  assert.deepEqual((await reading.next()).value, { firstId: 1, data: ["1"] });
  await assert.rejects(reading.next(), { code: "cursor_lost" });
  assert.equal(asked, 3);
});

test("a log that is closed just ends, and one that is left is let go of", async () => {
  const leaving = new AbortController();
  const { bus, log } = logOf(leaving);
  const reading = untilOver(log, async () => true, leaving, 50);
  await reading.next();
  bus.append("t", ["2"]);
  bus.close("t");
  assert.deepEqual((await reading.next()).value, { firstId: 2, data: ["2"] });
  assert.equal((await reading.next()).done, true);
  await sleep(1);
  assert(leaving.signal.aborted);
});
