import assert from "node:assert/strict";
import { test } from "node:test";
import { makeDataFolder } from "./data-folder.ts";
import { type CycleReport, killCycles } from "./kill-cycles.ts";
import { chosenSeed } from "./random.ts";

/** `npm run soak` does ten times as many. */
const cycles = 20;

/** A busy machine does fewer: after this no other one begins. */
const enoughMs = 60_000;

test("what was acknowledged survives kill -9 at random moments under load", {
  timeout: 180_000,
}, async (t) => {
  const seed = chosenSeed();
  t.diagnostic(`CRASH_SEED=${seed}`);
  const folder = await makeDataFolder(["anna"]);
  const reports: CycleReport[] = [];
  try {
    const signal = AbortSignal.any([t.signal, AbortSignal.timeout(enoughMs)]);
    for await (const report of killCycles({ folder, cycles, seed, signal })) {
      reports.push(report);
      assert.deepEqual(report.losses, [], `cycle ${report.cycle}, CRASH_SEED=${seed}`);
    }
  } finally {
    folder.remove();
  }
  const ready = reports.map(({ readyMs }) => Math.round(readyMs)).sort((a, b) => a - b);
  // How soon it is ready is for `npm run soak`, which has the machine for itself.
  const middle = ready[Math.floor(ready.length / 2)];
  t.diagnostic(
    `${reports.length} kills; acknowledged ${reports.at(-1)?.acknowledged}; ready after ${middle} ms (most: ${ready.at(-1)})`,
  );
  assert.ok((reports.at(-1)?.acknowledged ?? 0) > reports.length, "there was something to lose");
});
