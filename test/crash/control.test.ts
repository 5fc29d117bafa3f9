import assert from "node:assert/strict";
import { test } from "node:test";
import { addPlugin, makeDataFolder } from "./data-folder.ts";
import { killCycles } from "./kill-cycles.ts";
import { chosenSeed } from "./random.ts";

/** With a store that is 50 ms late a single cycle loses something nearly always. */
const cycles = 6;

test("a store that acknowledges before the commit is seen to lose", { timeout: 120_000 }, async (t) => {
  const seed = chosenSeed();
  t.diagnostic(`CRASH_SEED=${seed}`);
  const folder = await makeDataFolder(["anna"]);
  addPlugin(folder.path, "early-store.ts", "earlyStorePlugin");
  try {
    for await (const { cycle, losses } of killCycles({ folder, cycles, seed })) {
      const missing = losses.filter((loss) => loss.startsWith("acknowledged and missing"));
      if (missing.length === 0) continue;
      t.diagnostic(`cycle ${cycle}: ${losses.length} promises broken, for example ${missing[0]}`);
      return;
    }
    assert.fail(`nothing was lost in ${cycles} cycles: the crash test cannot see a loss`);
  } finally {
    folder.remove();
  }
});
