import { rmSync } from "node:fs";
import { emptyFolder, makeDataFolder } from "../test/crash/data-folder.ts";
import { jobCycles } from "../test/crash/job-cycles.ts";
import { type CycleReport, killCycles } from "../test/crash/kill-cycles.ts";
import { queueCycles } from "../test/crash/queue-cycles.ts";
import { chosenSeed } from "../test/crash/random.ts";

/*
 * `npm run soak`: what takes too long for `npm test`. A number of cycles may follow, and CRASH_SEED in the environment
 * repeats a run.
 */

/** What is promised: from the start of the process after a kill to its first good answer. */
const readyLimitMs = 2_000;

const cycles = Number(process.argv[2] ?? 200);
const queueRounds = Math.ceil(cycles / 2);
const seed = chosenSeed();
console.log(`kill -9 at random moments, ${cycles} times (CRASH_SEED=${seed})`);

const folder = await makeDataFolder(["anna"]);
const reports: CycleReport[] = [];
try {
  for await (const report of killCycles({ folder, cycles, seed })) {
    reports.push(report);
    for (const loss of report.losses) console.error(`cycle ${report.cycle}: ${loss}`);
    if (report.cycle % 10 === 0) console.log(line(report));
  }
} finally {
  if (reports.every(({ losses }) => losses.length === 0)) folder.remove();
  else console.error(`The data is kept in ${folder.path}`);
}

const ready = reports.map(({ readyMs }) => readyMs).sort((a, b) => a - b);
const median = ready[Math.floor(ready.length / 2)] ?? Number.NaN;
const most = ready.at(-1) ?? Number.NaN;
const losses = reports.flatMap((report) => report.losses);
const late = ready.filter((ms) => ms > readyLimitMs).length;
console.log(`acknowledged messages: ${reports.at(-1)?.acknowledged}; promises broken: ${losses.length}`);
console.log(
  `ready again after ${median.toFixed(0)} ms (median), ${most.toFixed(0)} ms (most); ${late} over 2 s`,
);

const queueFolder = emptyFolder();
console.log(`kill -9 of senders and workers of the queue, ${queueRounds} times`);
const jobs = await queueCycles({ folder: queueFolder, cycles: queueRounds, seed });
for (const fault of jobs.faults) console.error(fault);
if (jobs.faults.length === 0) rmSync(queueFolder, { recursive: true });
else console.error(`The data is kept in ${queueFolder}`);
console.log(
  `acknowledged jobs: ${jobs.acknowledged}, runs: ${jobs.begun}; promises broken: ${jobs.faults.length}`,
);

const jobFolder = await makeDataFolder(["anna"]);
console.log(`kill -9 of a server and a worker with jobs in flight, ${queueRounds} rounds`);
const turns = await jobCycles({ folder: jobFolder, cycles: queueRounds, seed });
for (const loss of turns.losses) console.error(loss);
if (turns.losses.length === 0) jobFolder.remove();
else console.error(`The data is kept in ${jobFolder.path}`);
console.log(
  `kills: ${turns.kills}, acknowledged jobs: ${turns.acknowledged}; promises broken: ${turns.losses.length}`,
);

const broken = losses.length + jobs.faults.length + turns.losses.length;
process.exitCode = broken > 0 || median > readyLimitMs ? 1 : 0;

function line({ cycle, aliveMs, readyMs, acknowledged }: CycleReport): string {
  return `cycle ${cycle}: killed after ${aliveMs} ms, ready after ${readyMs.toFixed(0)} ms, ${acknowledged} messages acknowledged`;
}
