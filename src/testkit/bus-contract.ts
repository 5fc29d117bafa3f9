import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import type { Bus } from "../protocols/bus.ts";

/** What every `Bus` does. `open` gives a fresh one. */
export const busContract = (name: string, open: () => Promise<Bus>) =>
  describe(name, () => {
    const opened: Bus[] = [];
    const fresh = async () => {
      const bus = await open();
      opened.push(bus);
      return bus;
    };
    afterEach(async () => {
      for (const bus of opened.splice(0)) await bus.shutdown?.();
    });
    const never = new AbortController().signal;

    test("a reader gets what was appended before and after it came, in order, each once", async () => {
      const bus = await fresh();
      bus.open("t");
      bus.append("t", ["1", "2"]);
      const seen: [number, string][] = [];
      const reading = (async () => {
        for await (const batch of bus.read("t", undefined, never)) {
          batch.data.forEach((data, index) => {
            seen.push([batch.firstId + index, data]);
          });
          if (seen.length === 2) bus.append("t", ["3"]);
          if (seen.length === 3) bus.close("t");
        }
      })();
      await reading;
      assert.deepEqual(seen, [
        [1, "1"],
        [2, "2"],
        [3, "3"],
      ]);
    });

    test("what piled up while a reader was busy comes as one batch", async () => {
      const bus = await fresh();
      bus.open("t");
      bus.append("t", ["1"]);
      const sizes: number[] = [];
      for await (const batch of bus.read("t", undefined, never)) {
        sizes.push(batch.data.length);
        if (sizes.length > 1) break;
        for (let n = 0; n < 100; n += 1) bus.append("t", [String(n)]);
      }
      assert.deepEqual(sizes, [1, 100]);
    });

    test("a cursor continues after the entry it names", async () => {
      const bus = await fresh();
      bus.open("t");
      bus.append("t", ["1", "2", "3"]);
      bus.close("t");
      const batches = await Array.fromAsync(bus.read("t", 2, never));
      assert.deepEqual(batches, [{ firstId: 3, data: ["3"] }]);
      assert.deepEqual(await Array.fromAsync(bus.read("t", 3, never)), []);
    });

    test("a cursor that was never given out, or whose entries are gone, is lost", async () => {
      const bus = await fresh();
      bus.open("t", { firstId: 1000, keep: 10 });
      bus.append(
        "t",
        Array.from({ length: 100 }, (_, n) => String(n)),
      );
      const read = (topic: string, after: number) => bus.read(topic, after, AbortSignal.abort());
      for (const after of [5, 999, 1000, 1100])
        assert.throws(() => read("t", after), { code: "cursor_lost" });
      assert.throws(() => read("unknown", 1), { code: "cursor_lost" });
      assert.deepEqual(await Array.fromAsync(read("t", 1099)), []);
    });

    test("a reader without a cursor begins at the first entry that is kept", async () => {
      const bus = await fresh();
      bus.open("t", { keep: 2 });
      for (const data of ["1", "2", "3", "4", "5"]) bus.append("t", [data]);
      bus.close("t");
      const batches = await Array.fromAsync(bus.read("t", undefined, never));
      assert.deepEqual(
        batches.flatMap((batch) => batch.data),
        ["4", "5"],
      );
    });

    test("`last` names the newest entry, the one before the first, or nothing", async () => {
      const bus = await fresh();
      assert.equal(bus.last("t"), undefined);
      bus.open("t", { firstId: 7 });
      assert.equal(bus.last("t"), 6);
      bus.append("t", ["a", "b"]);
      assert.equal(bus.last("t"), 8);
    });

    test("opening again changes nothing, and a closed topic takes no more", async () => {
      const bus = await fresh();
      bus.open("t");
      bus.append("t", ["1"]);
      bus.open("t", { firstId: 50 });
      bus.close("t");
      bus.append("t", ["2"]);
      bus.append("unknown", ["3"]);
      assert.equal(bus.last("t"), 1);
    });

    test("a closed topic is gone after its time", async (context) => {
      context.mock.timers.enable({ apis: ["setTimeout"] });
      const bus = await fresh();
      bus.open("t", { keepClosedMs: 500 });
      bus.close("t");
      context.mock.timers.tick(499);
      assert.equal(bus.last("t"), 0);
      context.mock.timers.tick(1);
      assert.equal(bus.last("t"), undefined);
    });

    test("aborting ends a waiting reader and no other", async () => {
      const bus = await fresh();
      bus.open("t");
      const leaving = new AbortController();
      const left = Array.fromAsync(bus.read("t", undefined, leaving.signal));
      const stayed = Array.fromAsync(bus.read("t", undefined, never));
      leaving.abort();
      assert.deepEqual(await left, []);
      bus.append("t", ["1"]);
      bus.close("t");
      assert.deepEqual(await stayed, [{ firstId: 1, data: ["1"] }]);
    });
  });
