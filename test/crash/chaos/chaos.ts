import { signIn } from "../api.ts";
import { findLosses } from "../find-losses.ts";
import { whatIsLost } from "../job-losses.ts";
import { seededRandom } from "../random.ts";
import { makeTrouble } from "./faults.ts";
import { type House, openHouse } from "./house.ts";
import { live, type Person, person } from "./people.ts";

export type ChaosReport = {
  readonly round: number;
  /** How often what happened. */
  readonly troubles: ReadonlyMap<string, number>;
  /** Promises of all rounds so far: messages, and jobs. */
  readonly acknowledged: number;
  readonly jobs: number;
  /** Promises that were not kept. */
  readonly losses: readonly string[];
  /** What the instances wrote to their logs so far. */
  readonly output: string;
};

const names = ["anna", "bert", "cleo"];

/**
 * Two instances on one PostgreSQL and one Redis, three people who talk and send jobs through both, and all the while instances
 * are killed, frozen and stopped, and the databases restarted and emptied. After each round everything is mended and begun
 * anew, and each promise is looked for.
 * @param options.plugin see `openHouse`.
 */
export async function* chaos(options: {
  readonly rounds: number;
  readonly roundMs: number;
  readonly seed: number;
  readonly plugin?: string;
  readonly log?: (text: string) => void;
}): AsyncGenerator<ChaosReport, void> {
  const { seed, log = () => {} } = options;
  const random = seededRandom(seed);
  const house = await openHouse(names, options.plugin);
  try {
    const people = await Promise.all(names.map((name) => person(house.instances, name, seed, random)));
    for (let round = 1; round <= options.rounds; round += 1) {
      const over = new AbortController();
      const timer = setTimeout(() => over.abort(), options.roundMs);
      const living = people.map((one) =>
        live(
          one,
          people.filter((other) => other !== one),
          random,
          round,
          over.signal,
        ),
      );
      const startedAt = performance.now();
      const told = (text: string) => log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${text}`);
      const troubles = await makeTrouble(house, random, over.signal, told);
      clearTimeout(timer);
      const faults = (await Promise.all(living)).flat();
      await beginAnew(house);
      const losses = [...faults, ...(await Promise.all(people.map((one) => lossesOf(house, one)))).flat()];
      yield {
        ...{ round, troubles, losses },
        acknowledged: people.reduce((sum, { ledger }) => sum + ledger.acknowledged.size, 0),
        jobs: people.reduce((sum, { jobs }) => sum + [...jobs.values()].filter(({ id }) => id).length, 0),
        output: house.instances.map((instance) => instance.output()).join("\n"),
      };
    }
  } finally {
    await house.close();
  }
}

/** No call is under way any more once this resolves. */
async function beginAnew({ instances }: House): Promise<void> {
  await Promise.all(instances.map((instance) => instance.kill()));
  await Promise.all(instances.map((instance) => instance.start()));
}

async function lossesOf({ instances }: House, { name, ledger, jobs }: Person): Promise<readonly string[]> {
  const losses: string[] = [];
  try {
    const api = await signIn(instances[0]?.url ?? "", name);
    losses.push(...(await findLosses(api, ledger, [...ledger.touched], true)));
    losses.push(...(await whatIsLost(api, jobs)));
    const threads = await api.get<readonly Listed[]>("/api/v1/threads?details=true");
    for (const { id, running_turn } of threads)
      if (running_turn !== null) losses.push(`a turn is left running in ${id}`);
  } catch (error) {
    losses.push(`it cannot be seen what is left: ${String(error)}`);
  }
  ledger.touched.clear();
  return losses.map((loss) => `${name}: ${loss}`);
}

type Listed = { readonly id: string; readonly running_turn: string | null };
