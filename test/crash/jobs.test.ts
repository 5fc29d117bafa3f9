import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDataFolder } from "./data-folder.ts";
import { jobCycles } from "./job-cycles.ts";
import { chosenSeed } from "./random.ts";

/** `npm run soak` does more. */
const cycles = 4;

test("jobs end once and in order, whichever of their processes are killed", {
  timeout: 180_000,
}, async (t) => {
  const seed = chosenSeed();
  t.diagnostic(`CRASH_SEED=${seed}`);
  const folder = await makeDataFolder(["anna"]);
  try {
    const { kills, acknowledged, settledMs, losses } = await jobCycles({ folder, cycles, seed });
    t.diagnostic(`${kills} kills, ${acknowledged} jobs, all over after ${Math.round(settledMs)} ms`);
    assert.deepEqual(losses, [], `CRASH_SEED=${seed}`);
    assert.ok(acknowledged >= cycles * 8, "there was something to lose");
  } finally {
    folder.remove();
  }
});
