import assert from "node:assert/strict";
import { test } from "node:test";
import { ping, pingyield, pong } from "./ping.ts";

test("ping and pong answer each other's name", () => {
  assert.deepEqual([ping("1"), pong("2")], ["pong: 1", "ping: 2"]);
});

test("pingyield says one line before it answers", async () => {
  const running = pingyield("3");
  assert.deepEqual(await running.next(), { done: false, value: "the ball is in the air" });
  assert.deepEqual(await running.next(), { done: true, value: "pong, at last: 3" });
});
