import assert from "node:assert/strict";
import { test } from "node:test";
import { fewAtATime } from "./few-at-a-time.ts";

test("so many run at once, the rest in order after them, and a full line is refused", async () => {
  const inTurn = fewAtATime(2, 2);
  const started: number[] = [];
  const gates = Array.from({ length: 4 }, () => Promise.withResolvers<number>());
  const tasks = gates.map((gate, n) =>
    inTurn(() => {
      started.push(n);
      return gate.promise;
    }),
  );
  await assert.rejects(
    inTurn(async () => 0),
    { code: "rate_limited", details: { retryAfterSeconds: 5 } },
  );
  assert.deepEqual(started, [0, 1]);
  gates[1]?.reject(new Error("a failure makes room too"));
  await assert.rejects(tasks[1] ?? assert.fail());
  assert.deepEqual(started, [0, 1, 2]);
  for (const [n, gate] of gates.entries()) gate.resolve(n);
  assert.deepEqual(await Promise.all([tasks[0], tasks[2], tasks[3]]), [0, 2, 3]);
  assert.equal(await inTurn(async () => "free again"), "free again");
});
