import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newestPart } from "./newest-part.ts";

const most = 100;

test("what is kept of a log is its newest part, of the size that is allowed and no much smaller one", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
      const part = newestPart(most);
      let kept: { lastId: number; size: number }[] = [];
      for (const [index, size] of sizes.entries()) {
        const lastId = index + 1;
        kept.push({ lastId, size });
        const gone = part.add({ firstId: lastId, data: ["x".repeat(size)] }) ?? 0;
        const left = kept.filter((line) => line.lastId > gone);
        const before = kept.reduce((sum, line) => sum + line.size, 0);
        kept = left;
        const total = left.reduce((sum, line) => sum + line.size, 0);
        assert(total <= most, `${total} are kept`);
        assert(left.at(-1)?.lastId === lastId, "the newest is");
        if (before > total) assert(total > most - 60 - most / 16 - 60, `only ${total} are kept`);
      }
    }),
  );
});

test("of a whole log as many of the last lines are kept as there is room for, and one in any case", () => {
  const part = newestPart(most);
  const log = { firstId: 7, data: ["a".repeat(60), "b".repeat(60), "c".repeat(40)] };
  assert.deepEqual(part.of(log), { firstId: 8, data: log.data.slice(1) });
  assert.equal(part.add({ firstId: 10, data: ["d"] }), 9, "the account begins with what was kept");
  assert.deepEqual(part.of({ firstId: 1, data: ["e".repeat(300)] }).data.length, 1);
  assert.deepEqual(part.of({ firstId: 1, data: ["f", "g"] }), { firstId: 1, data: ["f", "g"] });
});
