import { setTimeout as sleep } from "node:timers/promises";
import { openRedisBus } from "../src/core/bus/redis/redis-bus.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { startRedis } from "../test/support/redis.ts";
import { median, quantile } from "./statistics.ts";
import { atMost, digits, type Row } from "./table.ts";

const tokens = 200;
const paceMs = 10;
const topic = "turn/measured";

/** How much later than a reader beside it a reader at another instance has a token, each bus on connections of its own. */
export async function measureElsewhere(): Promise<readonly Row[]> {
  const redis = await startRedis();
  const host = testHost();
  const [here, there] = [await openRedisBus(redis.url, host), await openRedisBus(redis.url, host)];
  try {
    const never = new AbortController().signal;
    here.open(topic, { reach: "followed" });
    here.append(topic, ["0"]);
    await sleep(200);
    const log = await there.others?.read(topic, undefined, never);
    if (log === undefined) throw new Error("The other instance does not see the topic.");
    const times = [here.read(topic, undefined, never), log].map(async (reading) => {
      const at: number[] = [];
      for await (const { data } of reading) at.push(...data.map(() => performance.now()));
      return at;
    });
    for (let n = 1; n <= tokens; n += 1) {
      await sleep(paceMs);
      here.append(topic, [`{"event":"message_tokens","data":{"content":"token ${n} "}}`]);
    }
    here.close(topic);
    const [near = [], far = []] = await Promise.all(times);
    if (far.length !== near.length) throw new Error(`${far.length} of ${near.length} tokens came.`);
    const later = far.map((at, index) => at - (near[index] ?? 0)).slice(1);
    const row = "a token at another instance, after a reader where it is made";
    return [atMost(row, median(later), 10, "ms", ` p50, ${digits(quantile(later, 0.99))} ms p99`)];
  } finally {
    await here.shutdown?.();
    await there.shutdown?.();
    await redis.remove();
    await host.shutdown();
  }
}
