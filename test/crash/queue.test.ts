import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import { emptyFolder } from "./data-folder.ts";
import { drained, findings, queueCycles, startQueueChild, stopped } from "./queue-cycles.ts";
import { chosenSeed } from "./random.ts";

/** `npm run soak` does a hundred. */
const cycles = 5;

function folderOf(context: TestContext): string {
  const folder = emptyFolder();
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("two processes share jobs, and none is run twice", async (context) => {
  const folder = folderOf(context);
  const [sender, ...workers] = await Promise.all([
    startQueueChild("send", folder, "s"),
    startQueueChild("work", folder),
    startQueueChild("work", folder),
  ]);
  context.after(() => {
    for (const child of [sender, ...workers]) child.kill("SIGKILL");
  });
  await until("60 have begun", () => findings(folder).begun >= 60);
  sender.kill("SIGKILL");
  await drained(folder);
  await Promise.all(workers.map(stopped));
  const { faults, acknowledged, begun, by } = findings(folder);
  assert.deepEqual(faults, []);
  assert.ok(begun - acknowledged <= 1, "one that was sent last may not have been acknowledged");
  assert.deepEqual([...by.keys()].sort(), workers.map(({ pid }) => String(pid)).sort(), "both have run some");
});

test("no job is lost, stuck or over twice when its sender and its workers are killed", async (context) => {
  const seed = chosenSeed();
  context.diagnostic(`CRASH_SEED=${seed}`);
  const { faults, acknowledged, begun } = await queueCycles({ folder: folderOf(context), cycles, seed });
  context.diagnostic(`${acknowledged} jobs accepted, ${begun} runs begun`);
  assert.deepEqual(faults, [], `CRASH_SEED=${seed}`);
  assert.ok(acknowledged > cycles, "there was something to lose");
});
