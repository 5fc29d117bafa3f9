import assert from "node:assert/strict";
import { test } from "node:test";
import { type LoggedLine, recordingLogger } from "../testkit/test-host.ts";
import { createClock } from "./clock.ts";

/** A clock on a machine whose own, and the one that nobody sets, are moved by hand; asking takes `tookMs`. */
function machine() {
  const at = { own: 5_000_000, steady: 100, theirs: 8_000_000 };
  const logged: LoggedLine[] = [];
  const clock = createClock(
    () => at.own,
    () => at.steady,
  );
  const follow = (tookMs: number) =>
    clock.follow(async () => {
      at.steady += tookMs;
      return new Date(at.theirs);
    }, recordingLogger(logged));
  return { at, logged, follow, now: () => clock.now().getTime() };
}

test("a machine goes by its own clock until it follows another", () => {
  const { at, now } = machine();
  at.own += 7;
  assert.equal(now(), 5_000_007);
});

test("who follows tells the other one's time, and goes on by itself whatever the machine's clock does", async () => {
  const { at, logged, follow, now } = machine();
  await follow(40);
  assert.equal(now(), 8_000_020, "it was told half way");
  at.own -= 600_000;
  at.steady += 1_000;
  assert.equal(now(), 8_001_020);
  at.theirs += 1_021;
  await follow(0);
  assert.equal(now(), 8_001_021);
  assert.deepEqual(
    logged.map(({ level, fields }) => [level, fields]),
    [["warn", { ahead_ms: -3_000_020 }]],
  );
});

test("an answer that was long on its way, or did not come, changes nothing", async () => {
  const { follow, now } = machine();
  await follow(1_001);
  assert.equal(now(), 5_000_000);
  const clock = createClock(() => 1);
  await assert.rejects(
    clock.follow(() => Promise.reject(new Error("away")), recordingLogger([])),
    /away/,
  );
  assert.equal(clock.now().getTime(), 1);
});
