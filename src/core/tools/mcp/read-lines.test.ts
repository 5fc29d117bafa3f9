import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createMeter } from "./meter.ts";
import { MAX_MESSAGE_BYTES, readLines } from "./read-lines.ts";

const signal = new AbortController().signal;
const chunks = (...texts: readonly string[]) => Readable.from(texts.map((text) => Buffer.from(text)));

test("lines are put together however they were cut, empty ones are skipped", async () => {
  const lines: string[] = [];
  const stream = chunks("a\nb", "", "c", "d\r\n\n\ne\n", "never ended");
  await readLines(stream, createMeter(), (line) => lines.push(line), signal);
  assert.deepEqual(lines, ["a", "bcd", "e"]);
});

test("an endless stream is read a burst long, then waits, and lets others have their turn meanwhile", async () => {
  const stop = new AbortController();
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.from("x\n".repeat(1000));
    })(),
  );
  let taken = 0;
  const meter = { spend: () => (taken < 1000 ? 0 : 3_600_000) };
  const reading = readLines(endless, meter, () => (taken += 1), stop.signal);
  let turns = 0;
  for (; turns < 50; turns += 1) await nextTurn();
  assert.equal(taken, 1000);
  stop.abort();
  await assert.rejects(reading, { name: "AbortError" });
  assert.ok(endless.destroyed);
});

test("a line without an end is given up, not collected", async () => {
  const part = Buffer.alloc(1024 * 1024, 120);
  let sent = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        sent += part.length;
        yield part;
      }
    })(),
  );
  const free = { spend: () => 0 };
  await assert.rejects(
    readLines(endless, free, () => assert.fail("no line"), signal),
    {
      code: "upstream_broken",
    },
  );
  assert.ok(sent < 2 * MAX_MESSAGE_BYTES);
});
