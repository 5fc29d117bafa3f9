import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { instanceId, isGone, isGoneAmongSeveral } from "./instance.ts";

let count = 0;
const self = instanceId(() => `id-${++count}`);
const beside = instanceId(() => `id-${++count}`);
const [machine, , born] = self.split(":");
const asks = { isGone, isGoneAmongSeveral };

for (const [name, ask] of Object.entries(asks)) {
  test(`${name}: nobody is gone for himself, and who was silent for a lease is for others`, () => {
    assert.equal(ask(self, self, true), false);
    assert.equal(ask("elsewhere:1:2:x", self, true), true);
    assert.equal(ask("elsewhere:1:2:x", self, false), false, "its process cannot be looked at");
  });

  test(`${name}: a look tells of processes on this machine`, () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    assert.equal(ask(`${machine}:${pid}:${born}:x`, self, false), true, "it has ended");
    assert.equal(ask(`${machine}:${process.ppid}:${born}:x`, self, false), false, "it runs");
    assert.equal(ask(`${machine}:${process.pid}:1:x`, self, false), true, "an earlier life under our number");
  });
}

test("one beside us in this process is an earlier life, unless there may be several", () => {
  assert.equal(isGone(beside, self, false), true);
  assert.equal(isGoneAmongSeveral(beside, self, false), false);
  assert.equal(isGoneAmongSeveral(beside, self, true), true);
});
