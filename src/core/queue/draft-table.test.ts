import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memoryStore } from "../../testkit/memory-store.ts";
import { countingIds, testClock } from "../../testkit/test-host.ts";
import { draftTable } from "./draft-table.ts";
import { createTables, type LaneRow, owner } from "./tables.ts";

const lane = (id: number, queue: string, rank: number): LaneRow => ({
  ...{ id: `lane ${id}`, queue, user: "ann", priority: 0 },
  rank: String(rank).padStart(6, "0"),
});

const queues = fc.constantFrom("a", "b");
const ids = fc.nat({ max: 30 });
const what = fc.oneof(
  fc.record({ op: fc.constant("put" as const), id: ids, queue: queues }),
  fc.record({ op: fc.constant("remove" as const), id: ids }),
  fc.record({ op: fc.constant("find" as const), queue: queues, limit: fc.integer({ min: 1, max: 9 }) }),
);

test("a draft finds what would be found if it were written, and writes that", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(ids, queues), { maxLength: 40, size: "max" }),
      fc.array(what, { maxLength: 61, size: "max" }),
      async (before, changes) => {
        const store = memoryStore({ now: testClock().now, newId: countingIds() });
        await createTables(store);
        const place = { userId: owner, store: "queue_lanes" };
        const model = new Map(before.map(([id, queue], at) => [`lane ${id}`, lane(id, queue, 2 * at)]));
        for (const { id, ...data } of model.values()) await store.add(place, data, id);

        const draft = draftTable<LaneRow>(store, "queue_lanes");
        const found = (queue: string) =>
          [...model.values()]
            .filter((row) => row.queue === queue)
            .sort((one, other) => (one.rank < other.rank ? -1 : 1));
        for (const [at, change] of changes.entries()) {
          if (change.op === "find") {
            const { queue, limit } = change;
            const rows = await draft.find({ equal: { queue }, orderBy: "rank", limit });
            assert.deepEqual(
              rows.map(({ id }) => id),
              found(queue)
                .slice(0, limit)
                .map(({ id }) => id),
            );
            continue;
          }
          const known = await draft.get(`lane ${change.id}`);
          if (change.op === "put") {
            // Odd, and so unlike those that are kept; scattered among them and behind them. 61 changes come to no rank twice.
            const row = lane(change.id, change.queue, 2 * ((at * 7) % 61) + 1);
            draft.put(row);
            model.set(row.id, row);
          } else if (known !== undefined) {
            draft.remove(known);
            model.delete(known.id);
          }
        }

        const steps = draft.steps();
        if (steps.length > 0) await store.transaction(steps);
        const kept = (await store.find(place)).map(({ id, queue, rank }) => [id, queue, rank]).sort();
        assert.deepEqual(kept, [...model.values()].map(({ id, queue, rank }) => [id, queue, rank]).sort());
      },
    ),
  ));

test("a row that another process writes meanwhile is changed as it was seen first", async () => {
  const clock = testClock();
  const store = memoryStore({ now: clock.now, newId: countingIds() });
  await createTables(store);
  const place = { userId: owner, store: "queue_lanes" };
  const { id, ...data } = lane(1, "a", 1);
  await store.add(place, data, id);
  const draft = draftTable<LaneRow>(store, "queue_lanes");
  const [seen = assert.fail()] = await draft.find({ equal: { queue: "a" }, orderBy: "rank", limit: 1 });
  clock.advance(1);
  await store.update({ ...place, id }, { user: "eve" });
  draft.put({ ...seen, rank: "000002" });
  await draft.find({ equal: { user: "eve" }, orderBy: "rank", limit: 1 });
  assert.deepEqual(draft.steps(), [{ op: "update", at: { ...place, id }, changes: { rank: "000002" } }]);
});
