import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chaos } from "../test/crash/chaos/chaos.ts";
import { emptyFolder, makeDataFolder } from "../test/crash/data-folder.ts";
import { jobCycles } from "../test/crash/job-cycles.ts";
import { type CycleReport, killCycles } from "../test/crash/kill-cycles.ts";
import { queueCycles } from "../test/crash/queue-cycles.ts";
import { chosenSeed } from "../test/crash/random.ts";
import { skipWithoutRedis } from "../test/support/redis.ts";

/*
 * `npm run soak`: what takes too long for `npm test`, one after the other, with a summary. `npm run soak -- chaos` runs one
 * alone, `npm run soak -- kill=20 chaos=60` more or less of it, and CRASH_SEED in the environment repeats a run.
 */

/** What came of a run, in words, and each promise that was not kept. */
type Outcome = { readonly told: string; readonly faults: readonly string[] };
type Run = {
  readonly title: (amount: number) => string;
  /** How much is usual. */
  readonly amount: number;
  readonly run: (amount: number) => Promise<Outcome>;
};

/** What is promised: from the start of the process after a kill to its first good answer. */
const readyLimitMs = 2_000;
/** Of chaos, after which everything is looked for. */
const roundMs = 120_000;

const seed = chosenSeed();

const runs: Readonly<Record<string, Run>> = {
  kill: { title: (cycles) => `kill -9 at random moments, ${cycles} times`, amount: 200, run: kills },
  queue: {
    title: (cycles) => `kill -9 of senders and workers of the queue, ${cycles} times`,
    amount: 100,
    run: queue,
  },
  jobs: {
    title: (cycles) => `kill -9 of a server and a worker with jobs in flight, ${cycles} rounds`,
    amount: 100,
    run: jobs,
  },
  chaos: {
    title: (seconds) => `two instances on one PostgreSQL and one Redis in trouble, ${seconds} s`,
    amount: 600,
    run: inChaos,
  },
  control: {
    title: (seconds) =>
      `the same with a store that is careless: broken promises are to be seen, ${seconds} s`,
    amount: 60,
    run: careless,
  },
};

async function kills(cycles: number): Promise<Outcome> {
  const folder = await makeDataFolder(["anna"]);
  const reports: CycleReport[] = [];
  for await (const report of killCycles({ folder, cycles, seed })) {
    reports.push(report);
    for (const loss of report.losses) console.error(`cycle ${report.cycle}: ${loss}`);
    if (report.cycle % 10 === 0) console.log(line(report));
  }
  const ready = reports.map(({ readyMs }) => readyMs).sort((a, b) => a - b);
  const median = ready[Math.floor(ready.length / 2)] ?? Number.NaN;
  const faults = reports.flatMap(({ losses }) => losses);
  if (faults.length === 0) folder.remove();
  else console.error(`The data is kept in ${folder.path}`);
  const late = ready.filter((ms) => ms > readyLimitMs).length;
  return {
    told: `${reports.at(-1)?.acknowledged} messages; ready again after ${median.toFixed(0)} ms (median), ${ready.at(-1)?.toFixed(0)} ms (most), ${late} over 2 s`,
    faults: median > readyLimitMs ? [...faults, `half of all starts take over ${readyLimitMs} ms`] : faults,
  };
}

function line({ cycle, aliveMs, readyMs, acknowledged }: CycleReport): string {
  return `cycle ${cycle}: killed after ${aliveMs} ms, ready after ${readyMs.toFixed(0)} ms, ${acknowledged} messages acknowledged`;
}

async function queue(cycles: number): Promise<Outcome> {
  const folder = emptyFolder();
  const { faults, acknowledged, begun } = await queueCycles({ folder, cycles, seed });
  if (faults.length === 0) rmSync(folder, { recursive: true });
  else console.error(`The data is kept in ${folder}`);
  return { told: `${acknowledged} jobs, ${begun} runs`, faults };
}

async function jobs(cycles: number): Promise<Outcome> {
  const folder = await makeDataFolder(["anna"]);
  const { losses, kills, acknowledged } = await jobCycles({ folder, cycles, seed });
  if (losses.length === 0) folder.remove();
  else console.error(`The data is kept in ${folder.path}`);
  return { told: `${acknowledged} jobs, ${kills} kills`, faults: losses };
}

async function inChaos(seconds: number): Promise<Outcome> {
  if (skipWithoutRedis) return { told: "NOT RUN", faults: [String(skipWithoutRedis)] };
  const rounds = Math.max(1, Math.round((seconds * 1000) / roundMs));
  const faults: string[] = [];
  const troubles = new Map<string, number>();
  let told = "";
  const length = Math.min(roundMs, seconds * 1000);
  for await (const report of chaos({ rounds, roundMs: length, seed, log: console.log })) {
    faults.push(...report.losses);
    for (const loss of report.losses) console.error(`round ${report.round}: ${loss}`);
    for (const [name, count] of report.troubles) troubles.set(name, (troubles.get(name) ?? 0) + count);
    told = `${report.acknowledged} messages, ${report.jobs} jobs`;
    console.log(`round ${report.round}: ${told}`);
    if (report.losses.length === 0) continue;
    const log = join(tmpdir(), `skeleton-chaos-${seed}.log`);
    writeFileSync(log, report.output);
    console.error(`What the instances wrote is kept in ${log}`);
  }
  const happened = [...troubles].map(([name, count]) => `${name} ${count} x`).join(", ");
  return { told: `${told}; ${happened}`, faults };
}

async function careless(seconds: number): Promise<Outcome> {
  if (skipWithoutRedis) return { told: "NOT RUN", faults: [String(skipWithoutRedis)] };
  const losses: string[] = [];
  for await (const report of chaos({
    rounds: 1,
    roundMs: seconds * 1000,
    seed,
    plugin: "carelessStorePlugin",
  }))
    losses.push(...report.losses);
  const told = `${losses.length} broken promises were seen, for example: ${losses[0]}`;
  return { told, faults: losses.length > 0 ? [] : ["none was seen: chaos cannot see a loss"] };
}

const wanted = process.argv.slice(2).map((word) => word.split("="));
for (const [name = ""] of wanted)
  if (!Object.hasOwn(runs, name))
    throw new Error(`There is no run ${name}: ${Object.keys(runs).join(", ")}.`);

console.log(`CRASH_SEED=${seed}`);
const summary: string[] = [];
for (const [name, { title, amount: usual, run }] of Object.entries(runs)) {
  const asked = wanted.find(([word]) => word === name);
  if (wanted.length > 0 && asked === undefined) continue;
  const amount = Number(asked?.[1] ?? usual);
  console.log(`\n${title(amount)}`);
  const { told, faults } = await run(amount);
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  summary.push(`${title(amount)}\n    ${told}\n    promises broken: ${faults.length}`);
}
console.log(`\nCRASH_SEED=${seed}\n${summary.join("\n")}`);
