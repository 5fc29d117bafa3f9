import assert from "node:assert/strict";
import { test } from "node:test";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { twoEnds } from "../../test/support/peers.ts";
import { countedTogether, countForAll } from "./counted-together.ts";

const limit = { keyPrefix: "search", points: 2, duration: 60 };
const refuseAlone = () => assert.fail("the primary counts");

test("what several workers count is counted together, each key by itself, until there were too many", async () => {
  const join = countForAll();
  const counts = [1, 2].map(() => {
    const [worker, primary] = twoEnds();
    join(primary);
    return countedTogether(worker, limit, refuseAlone);
  });
  for (const [index, count] of counts.entries())
    assert.equal((await count("user:ada")).consumedPoints, index + 1);
  for (const count of counts)
    await assert.rejects(
      async () => count("user:ada"),
      ({ msBeforeNext, remainingPoints }) => msBeforeNext > 0 && remainingPoints === 0,
    );
  assert.equal((await counts[1]?.("user:bob"))?.consumedPoints, 1);
});

test("a worker whose primary does not answer counts by itself", async () => {
  const [worker, primary] = twoEnds();
  primary.end();
  const own = new RateLimiterMemory(limit);
  const count = countedTogether(worker, limit, (key) => own.consume(key));
  worker.end();
  await count("user:ada");
  await count("user:ada");
  await assert.rejects(async () => count("user:ada"), { remainingPoints: 0 });
});
