import assert from "node:assert/strict";
import { test } from "node:test";
import { fromText } from "./config-text.ts";

test("hours are read as people write them, and a bare number counts hours", () => {
  const hours = (text: string) => fromText({ type: "number", hours: true }, text);
  for (const [text, expected] of [
    ["24h", 24],
    ["7d", 168],
    ["90m", 1.5],
    ["1 W", 168],
    ["36s", 0.01],
    ["12", 12],
    ["0.5h", 0.5],
  ] as const)
    assert.equal(hours(text), expected, text);
  for (const text of ["soon", "-1h", "1y", ""])
    assert.equal(hours(text), text, "what is none is left for the check");
});
