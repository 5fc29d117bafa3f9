import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { afterEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bus, BusBatch, OtherInstances } from "../protocols/bus.ts";
import type { JsonObject } from "../protocols/json.ts";
import { until } from "./until.ts";

type SharedBus = Bus & { readonly others: OtherInstances };

/** What every `Bus` does that several instances share. `open` gives that of one more instance. */
export const sharedBusContract = (name: string, open: () => Promise<Bus>) =>
  describe(name, () => {
    const opened: Bus[] = [];
    const instance = async (): Promise<SharedBus> => {
      const bus = await open();
      opened.push(bus);
      assert(bus.others, "it has others");
      return bus as SharedBus;
    };
    afterEach(async () => {
      for (const bus of opened.splice(0)) await bus.shutdown?.();
    });
    const never = new AbortController().signal;
    const newTopic = () => randomUUID(); // what instances share may outlive a test

    /** The log as soon as the other instance has it. */
    async function readThere(bus: SharedBus, topic: string, after?: number, signal = never) {
      const log = await until("the other instance sees the topic", () =>
        bus.others.read(topic, after, signal),
      );
      return log[Symbol.asyncIterator]();
    }
    async function take(reading: AsyncIterator<BusBatch>, lines: number): Promise<[number, string][]> {
      const seen: [number, string][] = [];
      while (seen.length < lines) {
        const { value, done } = await reading.next();
        if (done) break;
        for (const [index, line] of (value as BusBatch).data.entries())
          seen.push([value.firstId + index, line]);
      }
      return seen;
    }

    test("another instance reads what was appended before and after it came, under the same ids, to the end", async () => {
      const [here, there] = [await instance(), await instance()];
      const topic = newTopic();
      here.open(topic, { reach: "followed", firstId: 7 });
      here.append(topic, ['"a"', '"ü"']);
      const reading = await readThere(there, topic);
      assert.deepEqual(await take(reading, 2), [
        [7, '"a"'],
        [8, '"ü"'],
      ]);
      here.append(topic, ['"c"']);
      here.append(topic, ['"d"']);
      assert.deepEqual(await take(reading, 2), [
        [9, '"c"'],
        [10, '"d"'],
      ]);
      here.close(topic);
      assert.deepEqual(await take(reading, 1), []);
    });

    test("a cursor means the same to every instance, also one that is ahead by a moment", async () => {
      const [here, there] = [await instance(), await instance()];
      const topic = newTopic();
      here.open(topic, { reach: "followed" });
      here.append(topic, ["1", "2", "3"]);
      assert.deepEqual(await take(await readThere(there, topic, 2), 1), [[3, "3"]]);
      here.append(topic, ["4", "5"]);
      assert.deepEqual(await take(await readThere(there, topic, 4), 1), [[5, "5"]]);
      await assert.rejects(there.others.read(topic, 900, never), { code: "cursor_lost" });
    });

    test("what nobody has, or has for itself alone, is not there", async () => {
      const [here, there] = [await instance(), await instance()];
      const topic = newTopic();
      here.open(topic);
      here.append(topic, ["1"]);
      await sleep(50);
      assert.equal(await there.others.read(topic, undefined, never), undefined);
      assert.equal(await there.others.read(newTopic(), 3, never), undefined);
    });

    test("a log that is begun anew elsewhere is lost to those who read the one before", async () => {
      const [here, heir, there] = [await instance(), await instance(), await instance()];
      const topic = newTopic();
      here.open(topic, { reach: "followed" });
      here.append(topic, ["1"]);
      const reading = await readThere(there, topic);
      await take(reading, 1);
      heir.open(topic, { reach: "followed", firstId: 1_000 });
      heir.append(topic, ["1 again"]);
      await assert.rejects(reading.next(), { code: "cursor_lost" });
      assert.deepEqual(await take(await readThere(there, topic), 1), [[1_000, "1 again"]]);
    });

    test("aborting ends one reader, and no other", async () => {
      const [here, there] = [await instance(), await instance()];
      const topic = newTopic();
      here.open(topic, { reach: "followed" });
      here.append(topic, ["1"]);
      const leaving = new AbortController();
      const [left, stayed] = [
        await readThere(there, topic, undefined, leaving.signal),
        await readThere(there, topic),
      ];
      assert.deepEqual([await take(left, 1), await take(stayed, 1)], [[[1, "1"]], [[1, "1"]]]);
      leaving.abort();
      assert.deepEqual(await take(left, 1), []);
      here.append(topic, ["2"]);
      assert.deepEqual(await take(stayed, 1), [[2, "2"]]);
    });

    test("what one tells all others hear, in order, until they listen no more", async () => {
      const [here, there, third] = [await instance(), await instance(), await instance()];
      const subject = newTopic();
      const heard: Record<string, JsonObject[]> = { here: [], there: [], third: [] };
      here.others.listen(subject, (message) => heard.here?.push(message));
      const deaf = there.others.listen(subject, (message) => heard.there?.push(message));
      const third3 = Promise.withResolvers<void>();
      third.others.listen(subject, (message) => {
        if (heard.third?.push(message) === 3) third3.resolve();
      });
      third.others.listen(newTopic(), () => assert.fail("another subject"));
      here.others.tell(subject, { n: 1 });
      here.others.tell(subject, { n: 2 });
      await until("both are heard there", () => heard.there?.length === 2);
      deaf();
      here.others.tell(subject, { n: 3 });
      await third3.promise;
      assert.deepEqual(heard, {
        here: [],
        there: [{ n: 1 }, { n: 2 }],
        third: [{ n: 1 }, { n: 2 }, { n: 3 }],
      });
    });

    test("what one appends to a joint log reaches those who have it open, and a cursor of one's is refused by another", async () => {
      const [here, there] = [await instance(), await instance()];
      const topic = newTopic();
      for (const bus of [here, there]) bus.open(topic, { reach: "joint", firstId: 5 });
      const reading = there.read(topic, undefined, never)[Symbol.asyncIterator]();
      here.append(topic, ["from here"]);
      there.append(topic, ["from there"]);
      const seen = await take(reading, 2);
      assert.deepEqual(seen.map(([, line]) => line).sort(), ["from here", "from there"]);
      const cursor = here.last(topic);
      assert.throws(() => there.read(topic, cursor, never), { code: "cursor_lost" });
    });
  });
