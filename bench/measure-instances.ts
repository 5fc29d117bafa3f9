import { startPostgres } from "../test/support/postgres.ts";
import { startRedis } from "../test/support/redis.ts";
import { burstCost, type Relay, steadyCost } from "./measure-relay.ts";
import { startSkeleton } from "./processes.ts";
import { emptyFolder, removeFolder, userName } from "./seed.ts";
import { signIn } from "./sign-in.ts";
import { median } from "./statistics.ts";
import { skeletonSource } from "./stream-client.ts";
import { digits, type Row } from "./table.ts";

/**
 * Of each instance, so that each has as much to do alone as beside the other. So few that two cores are not full: where they
 * are, tokens come in larger pieces and look cheaper.
 */
const streams = 50;
/** Answers in a burst, of each instance. */
const bursts = 20;

/**
 * What two instances on one PostgreSQL and one Redis relay of what one does. Upstream, client and databases are on the same
 * machine, so two cores cannot show it by the clock: the first row says what a token costs each of them, and so what they
 * relay where each has a core; the second what this machine relays as it is.
 */
export async function measureInstances(endpoint: string, rounds: number): Promise<readonly Row[]> {
  const folder = await emptyFolder();
  const [postgres, redis] = [await startPostgres([]), await startRedis()];
  const relays: Relay[] = [];
  try {
    for (let count = 0; count < 2; count += 1) {
      const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
      const server = await startSkeleton(folder, endpoint, env);
      const source = skeletonSource(server.url, await signIn(server.url, userName(0)));
      relays.push({ process: server, source });
    }
    const [first] = relays as [Relay, Relay];
    // Warm, as for the other rows.
    for (const relay of relays) await burstCost(relay, 4);
    await Promise.all(relays.map((relay) => steadyCost(relay, 2 * streams)));
    const [steady, burst]: [number[], number[]] = [[], []];
    const [alone, beside]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const one = await steadyCost(first, streams);
      const both = await Promise.all(relays.map((relay) => steadyCost(relay, streams)));
      const each = both.reduce((sum, { whole }) => sum + whole, 0) / both.length;
      alone.push(one.whole);
      beside.push(each);
      steady.push((2 * one.whole) / each);
      const oneMs = await timeOf(() => burstCost(first, bursts));
      const bothMs = await timeOf(() => Promise.all(relays.map((relay) => burstCost(relay, bursts))));
      burst.push((2 * oneMs) / bothMs);
    }
    const costs = `(a token costs ${digits(median(beside))} µs, alone ${digits(median(alone))} µs)`;
    return [
      {
        row: "two instances relay, of what one does, by the CPU they take",
        measured: `${digits(median(steady))} x ${costs}`,
        target: "≥ 1.8 x",
        ok: median(steady) >= 1.8,
      },
      {
        row: "the same by the clock, in bursts, with all else on the same two cores",
        measured: `${digits(median(burst))} x`,
      },
    ];
  } finally {
    for (const { process } of relays) await process.end();
    await redis.remove();
    await postgres.stop();
    removeFolder(folder);
  }
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
