import assert from "node:assert/strict";
import { test } from "node:test";
import { handEach } from "../../lib/hand-over.ts";
import type { BusBatch } from "../../protocols/bus.ts";
import { busContract } from "../../testkit/bus-contract.ts";
import { memoryBus } from "./memory-bus.ts";

busContract("the memory bus", async () => memoryBus());

const never = new AbortController().signal;
const readerOf = (bus: ReturnType<typeof memoryBus>, signal = never) =>
  bus.read("t", undefined, signal)[Symbol.asyncIterator]();

test("a reader who is called gets what one loop brought as one batch", async () => {
  const bus = memoryBus();
  bus.open("t");
  const batches: BusBatch[] = [];
  const reading = handEach(readerOf(bus), (batch) => batches.push(batch));
  bus.append("t", ["1"]);
  bus.append("t", ["2", "3"]);
  bus.close("t");
  await reading;
  assert.deepEqual(batches, [{ firstId: 1, data: ["1", "2", "3"] }]);
});

test("a reader who takes his time is called with what piled up meanwhile", async () => {
  const bus = memoryBus();
  bus.open("t");
  bus.append("t", ["1"]);
  const sizes: number[] = [];
  await handEach(readerOf(bus), async ({ data }) => {
    sizes.push(data.length);
    if (sizes.length > 1) return;
    for (const entry of ["2", "3", "4"]) bus.append("t", [entry]);
    await new Promise(setImmediate);
    bus.append("t", ["5"]);
    bus.close("t");
  });
  assert.deepEqual(sizes, [1, 4]);
});

test("a reader who is called and falls behind what is kept loses his cursor", async () => {
  const bus = memoryBus();
  bus.open("t", { keep: 2 });
  bus.append("t", ["1"]);
  await assert.rejects(
    handEach(readerOf(bus), async () => {
      bus.append("t", ["2", "3", "4", "5"]);
    }),
    { code: "cursor_lost" },
  );
});

test("aborting ends a reader who waits to be called", async () => {
  const bus = memoryBus();
  bus.open("t");
  const leaving = new AbortController();
  const reading = handEach(readerOf(bus, leaving.signal), () => assert.fail());
  leaving.abort();
  await reading;
});

test("a reader whose taking fails is told so", async () => {
  const bus = memoryBus();
  bus.open("t");
  const reading = handEach(readerOf(bus), () => {
    throw new Error("full");
  });
  bus.append("t", ["1"]);
  await assert.rejects(reading, { message: "full" });
});
