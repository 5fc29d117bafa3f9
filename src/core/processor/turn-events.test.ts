import assert from "node:assert/strict";
import { test } from "node:test";
import { turnEvents } from "./turn-events.ts";

test("a model that is loaded is told of with the time, and why it finished is kept back", () => {
  const told = turnEvents(
    [
      { event: "progress", data: { done: 0.4, model: "m" } },
      { event: "finish", data: { reason: "stop", model: "m" } },
    ],
    "m",
    "2026-01-01T00:00:00.000Z",
  );
  assert.deepEqual(told, [
    { event: "progress", data: { done: 0.4, model: "m", timestamp: "2026-01-01T00:00:00.000Z" } },
  ]);
});
