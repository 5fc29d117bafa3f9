import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../random.ts";
import type { House, Instance } from "./house.ts";

/** Longer than a lease: who was frozen for so long finds others in its place. */
const longFreezeMs = [21_000, 43_000] as const;

/** What can happen, by name; each resolves when it has been mended. */
type Fault = readonly [name: string, weight: number, happen: () => Promise<void>];

/**
 * Lets things happen to the house, to an instance and to a database at a time, until the signal aborts and the last one has
 * been mended.
 * @returns how often each happened.
 */
export async function makeTrouble(
  house: House,
  random: Random,
  signal: AbortSignal,
  log: (text: string) => void,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const rest = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);

  async function trouble(faults: () => readonly Fault[], quietMs: number): Promise<void> {
    for (;;) {
      await rest(random.between(quietMs / 4, quietMs));
      if (signal.aborted) return;
      const [name, , happen] = weighted(faults(), random);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      log(name);
      await happen();
    }
  }
  const ofInstance = (instance: Instance): readonly Fault[] => [
    [
      "kill -9",
      5,
      async () => {
        await instance.kill();
        await rest(random.between(0, 1_500));
        await instance.start();
      },
    ],
    [
      "stop and start",
      1,
      async () => {
        await instance.stop();
        await instance.start();
      },
    ],
    [
      "freeze",
      3,
      async () => {
        instance.freeze();
        await rest(random.between(100, 3_000));
        instance.thaw();
      },
    ],
    [
      "freeze beyond the lease",
      3,
      async () => {
        instance.freeze();
        await rest(random.between(...longFreezeMs));
        instance.thaw();
      },
    ],
    [
      "kill -9 while frozen",
      1,
      async () => {
        instance.freeze();
        await rest(random.between(100, 1_000));
        await instance.kill();
        await instance.start();
      },
    ],
  ];
  const { postgres, redis } = house;
  const ofDatabases = (): readonly Fault[] => [
    [
      "PostgreSQL restarts",
      3,
      async () => {
        await postgres.crash();
        await rest(random.between(0, 4_000));
        await postgres.restart();
      },
    ],
    [
      "Redis restarts",
      2,
      async () => {
        await redis.stop();
        await rest(random.between(0, 3_000));
        await redis.startAgain();
      },
    ],
    ["Redis is emptied", 2, () => house.flushRedis()],
    [
      "Redis hangs",
      1,
      async () => {
        redis.pause();
        await rest(random.between(200, 4_000));
        redis.resume();
      },
    ],
  ];
  await Promise.all([
    trouble(() => ofInstance(random.pick(house.instances) as Instance), 2_500),
    trouble(ofDatabases, 6_000),
  ]);
  return counts;
}

function weighted(faults: readonly Fault[], random: Random): Fault {
  const all = faults.flatMap((fault) => Array.from({ length: fault[1] }, () => fault));
  return random.pick(all) as Fault;
}
