import assert from "node:assert/strict";
import { test } from "node:test";
import { testHost } from "../../src/testkit/test-host.ts";
import { current_time } from "./current-time.ts";

function at(time: string, zone?: string): string {
  const host = testHost();
  host.clock.set(time);
  const signal = new AbortController().signal;
  return current_time({ host, userId: "ada", threadId: "t", turnId: "n", signal }, zone);
}

test("the time is told with weekday, offset and zone, summer and winter", () => {
  assert.equal(
    at("2026-07-01T22:30:05Z", "Europe/Berlin"),
    "Thursday, 2026-07-02T00:30:05+02:00 (Europe/Berlin)",
  );
  assert.equal(
    at("2026-01-01T00:00:00Z", "America/New_York"),
    "Wednesday, 2025-12-31T19:00:00-05:00 (America/New_York)",
  );
  assert.equal(
    at("2026-01-01T00:00:00Z", "Australia/Darwin"),
    "Thursday, 2026-01-01T09:30:00+09:30 (Australia/Darwin)",
  );
  assert.equal(at("2026-01-01T00:00:00Z", "utc"), "Thursday, 2026-01-01T00:00:00+00:00 (UTC)");
});

test("without a zone it is the server's", () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  assert.ok(at("2026-01-01T00:00:00Z").endsWith(`(${timeZone})`));
  assert.ok(at("2026-01-01T00:00:00Z", " ").endsWith(`(${timeZone})`));
});

test("a zone that does not exist is said so", () => {
  assert.throws(() => at("2026-01-01T00:00:00Z", "Mars/Base"), /no time zone Mars\/Base.*IANA/);
});
