import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDataFolder } from "./data-folder.ts";
import { jobCycles } from "./job-cycles.ts";
import { chosenSeed } from "./random.ts";

test("jobs end once and in order, whichever of their processes are killed", {
  timeout: 180_000,
}, async (t) => {
  const seed = chosenSeed();
  t.diagnostic(`CRASH_SEED=${seed}`);
  const folder = await makeDataFolder(["anna"]);
  try {
    const { kills, acknowledged, settledMs, losses } = await jobCycles({ folder, cycles: 5, seed });
    t.diagnostic(`${kills} kills, ${acknowledged} jobs, all over after ${Math.round(settledMs)} ms`);
    assert.deepEqual(losses, [], `CRASH_SEED=${seed}`);
    assert.ok(acknowledged > 20, "there was something to lose");
  } finally {
    folder.remove();
  }
});
