import assert from "node:assert/strict";
import { test } from "node:test";
import { testClock } from "../testkit/test-host.ts";
import { createMaskCheck, maskFault } from "./mask-check.ts";

/** Without a time limit each of these runs for seconds to centuries. */
const SLOW_MASKS = [
  "^(a+)+$",
  "(x+x+)+y",
  "([a-z]+)*1",
  "(.*)*z!",
  String.raw`(\w|\d)+(\w|\d)+!`,
  "(gpt|(?:gpt))+x",
];

test("masks that can run for ever have a fault, found in a moment", () => {
  for (const mask of SLOW_MASKS) {
    const before = process.threadCpuUsage();
    assert.match(maskFault(mask) ?? "no fault", /too long/, mask);
    const { user } = process.threadCpuUsage(before); // in µs; what else the machine does is not in it
    assert.ok(user < 1_000_000, mask);
  }
});

test("ordinary masks have no fault", () => {
  for (const mask of [
    "^beta-.*$",
    ".*",
    "(gpt|claude)-[0-9.]+(-mini)?",
    "(?i)llama.*",
    "[a-z0-9-]+/[a-zA-Z0-9.:-]+",
  ])
    assert.equal(maskFault(mask), undefined, mask);
});

test("a name that makes a mask slow is refused within the time limit, and asked for again only later", () => {
  const clock = testClock();
  const timeouts: string[] = [];
  const allows = createMaskCheck(clock.now, (mask) => timeouts.push(mask));
  const before = process.threadCpuUsage();
  for (let n = 0; n < 20; n += 1) assert.equal(allows("^(a+)+$", `${"a".repeat(29)}!`), false);
  assert.ok(process.threadCpuUsage(before).user < 1_000_000, "twenty questions cost one time limit");
  assert.equal(timeouts.length, 1);
  assert.equal(allows("^(a+)+$", "aaa"), true);
  clock.advance(60_000);
  assert.equal(allows("^(a+)+$", `${"a".repeat(29)}!`), false);
  assert.equal(timeouts.length, 2);
});

test("no mask allows all, a bad one nothing, and endless names are refused", () => {
  const allows = createMaskCheck(testClock().now, () => assert.fail("nothing is slow here"));
  assert.equal(allows(undefined, "x".repeat(10_000)), true);
  assert.equal(allows("(", "("), false);
  assert.equal(allows(".*", "x".repeat(300)), true);
  assert.equal(allows(".*", "x".repeat(301)), false);
  assert.equal(allows("a", "b"), false);
  assert.equal(allows("b", "b"), true);
});
