import assert from "node:assert/strict";
import { test } from "node:test";
import { timeText } from "./time-text.ts";

test("the time is told anew for every millisecond, backwards too, and made once for each", () => {
  const times = [5, 5, 6, 5, 86_400_000];
  let made = 0;
  const date = (ms: number): Date =>
    Object.assign(new Date(ms), {
      toISOString() {
        made += 1;
        return Date.prototype.toISOString.call(this);
      },
    });
  const text = timeText(() => date(times.shift() ?? 0));
  assert.deepEqual(
    [text(), text(), text(), text(), text()],
    [
      "1970-01-01T00:00:00.005Z",
      "1970-01-01T00:00:00.005Z",
      "1970-01-01T00:00:00.006Z",
      "1970-01-01T00:00:00.005Z",
      "1970-01-02T00:00:00.000Z",
    ],
  );
  assert.equal(made, 4);
});
