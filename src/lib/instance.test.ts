import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { instanceId, isGone, isGoneAmongSeveral, leaseMs } from "./instance.ts";

const now = new Date("2026-01-01T12:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
let count = 0;
const self = instanceId(() => `id-${++count}`);
const beside = instanceId(() => `id-${++count}`);
const [machine, , born] = self.split(":");
const asks = { isGone, isGoneAmongSeveral };

for (const [name, ask] of Object.entries(asks)) {
  test(`${name}: nobody is gone for himself, and who is silent for longer than the lease is for others`, () => {
    assert.equal(ask(self, self, ago(leaseMs * 9), now), false);
    assert.equal(ask("elsewhere:1:2:x", self, ago(leaseMs + 1), now), true);
    assert.equal(ask("elsewhere:1:2:x", self, ago(leaseMs), now), false, "its process cannot be looked at");
  });

  test(`${name}: a look tells of processes on this machine`, () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(ask(`${machine}:${pid}:${born}:x`, self, now, now), true, "it has ended");
    assert.equal(ask(`${machine}:${process.ppid}:${born}:x`, self, now, now), false, "it runs");
    assert.equal(
      ask(`${machine}:${process.pid}:1:x`, self, now, now),
      true,
      "an earlier life under our number",
    );
  });
}

test("one beside us in this process is an earlier life, unless there may be several", () => {
  assert.equal(isGone(beside, self, now, now), true);
  assert.equal(isGoneAmongSeveral(beside, self, now, now), false);
  assert.equal(isGoneAmongSeveral(beside, self, ago(leaseMs + 1), now), true);
});
