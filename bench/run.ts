import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { skipWithoutRedis } from "../test/support/redis.ts";
import { measureElsewhere } from "./measure-elsewhere.ts";
import { measureFirstToken, saidIn } from "./measure-first-token.ts";
import { functionSets, measureFunctions, writeFunctions } from "./measure-functions.ts";
import { measureInstances } from "./measure-instances.ts";
import { measureJobs } from "./measure-jobs.ts";
import { hasLlama, measureLocal, writeLocalModel } from "./measure-local.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureOpening, measureStart } from "./measure-opening.ts";
import { measurePostgres } from "./measure-postgres.ts";
import { measureQueue } from "./measure-queue.ts";
import { measureRelay } from "./measure-relay.ts";
import { measureSearch } from "./measure-search.ts";
import { measureStore } from "./measure-store.ts";
import { measureTools } from "./measure-tools.ts";
import { allServe, measureWorkers, withWorkers } from "./measure-workers.ts";
import { type Measured, startPart, startSkeleton } from "./processes.ts";
import { copyOf, emptyFolder, longThreads, removeFolder, seededFolder, userName } from "./seed.ts";
import { signIn } from "./sign-in.ts";
import { plainSource, skeletonSource } from "./stream-client.ts";
import { machine, markdownTable, type Row } from "./table.ts";

/*
 * `npm run bench`: upstream, byte pipe, Skeleton and load client (this process), each a process of its own, on
 * loopback. One table, measured in one run.
 */

const groups = [
  "relay",
  "workers",
  "functions",
  "tools",
  "first-token",
  "memory",
  "store",
  "queue",
  "jobs",
  "postgres",
  "search",
  "start",
  "local",
  "elsewhere",
  "instances",
] as const;

const { values } = parseArgs({
  options: {
    /** A look at everything in about 90 s; too short to be quoted. */
    quick: { type: "boolean", default: false },
    /** A million messages and more rounds; a quarter of an hour. */
    full: { type: "boolean", default: false },
    /** Only these groups, with commas between. */
    only: { type: "string", default: groups.join(",") },
    messages: { type: "string" },
    rounds: { type: "string" },
    /** Puts the table into docs/benchmarks.md. */
    write: { type: "boolean", default: false },
    /** Says there that other work ran on the machine. */
    busy: { type: "boolean", default: false },
  },
});
const { quick, full } = values;
const messages = Number(values.messages ?? (full ? 1_000_000 : quick ? 20_000 : 200_000));
const rounds = Number(values.rounds ?? (full ? 5 : quick ? 1 : 3));
const chosen = new Set(values.only.split(","));
for (const name of chosen)
  if (!groups.some((group) => group === name))
    throw new Error(`--only knows ${groups.join(", ")}; not ${name}`);

const rows: Row[] = [];
const processes: Measured[] = [];
const folders: string[] = [];
const progress = (text: string) => process.stderr.write(`${text}\n`);

const kept = <T extends Measured>(part: T): T => {
  processes.push(part);
  return part;
};
async function scratch(): Promise<string> {
  const folder = await emptyFolder();
  folders.push(folder);
  return folder;
}
async function run(name: (typeof groups)[number], measure: () => Promise<readonly Row[]>): Promise<void> {
  if (!chosen.has(name)) return;
  progress(`${name} ...`);
  const found = await measure();
  rows.push(...found);
  for (const { row, measured } of found) progress(`  ${row}: ${measured}`);
}

execFileSync(process.execPath, ["scripts/build-package.ts", "--if-stale"], { stdio: "inherit" });

try {
  const upstream = kept(await startPart("fast-upstream.ts"));
  const endpoint = `${upstream.url}/v1`;

  await run("start", () => measureStart(endpoint, quick ? 3 : 7));
  await run("relay", async () => {
    const pipe = kept(await startPart("byte-pipe.ts", upstream.url));
    const server = kept(await startSkeleton(await scratch(), endpoint));
    const source = skeletonSource(server.url, await signIn(server.url, userName(0)));
    const relays = {
      pipe: { process: pipe, source: plainSource(pipe.url) },
      skeleton: { process: server, source },
    };
    return measureRelay(relays, { rounds, streams: quick ? [200] : [50, 200] });
  });
  await run("workers", async () => {
    const single = kept(await startSkeleton(await scratch(), endpoint));
    const several = withWorkers(
      kept(await startSkeleton(await scratch(), endpoint, { SKELETON_WORKERS: "2" })),
    );
    await allServe(several.url);
    const token = await signIn(several.url, userName(0));
    return measureWorkers(
      { process: single, source: skeletonSource(single.url, await signIn(single.url, userName(0))) },
      { process: several, source: skeletonSource(several.url, token) },
      token,
      rounds,
    );
  });
  await run("functions", async () => {
    const serverWith = async (name: keyof typeof functionSets) => {
      const folder = await scratch();
      writeFunctions(folder, functionSets[name]);
      const server = kept(await startSkeleton(folder, endpoint));
      return { process: server, source: skeletonSource(server.url, await signIn(server.url, userName(0))) };
    };
    const [none, idle, filter] = [
      await serverWith("none"),
      await serverWith("idle"),
      await serverWith("filter"),
    ];
    return measureFunctions({ none, idle, filter }, rounds);
  });
  await run("jobs", () => measureJobs(endpoint, { scratch, quick, rounds }));
  await run("tools", () => measureTools(quick ? 3 : 7));
  await run("memory", () => {
    const pipe = async () => {
      const part = kept(await startPart("byte-pipe.ts", upstream.url));
      return { process: part, source: plainSource(part.url) };
    };
    const skeleton = async () => {
      const server = kept(await startSkeleton(await scratch(), endpoint));
      return { process: server, source: skeletonSource(server.url, await signIn(server.url, userName(0))) };
    };
    return measureMemory(pipe, skeleton, quick ? 1 : rounds);
  });
  await run("store", measureStore);
  await run("queue", () => measureQueue(rounds));
  await run("elsewhere", async () => (skipWithoutRedis ? [] : measureElsewhere()));
  await run("instances", async () => (skipWithoutRedis ? [] : measureInstances(endpoint, rounds)));
  await run("local", async () => {
    if (!hasLlama()) {
      progress("  NOT MEASURED: node-llama-cpp is not installed (npm install node-llama-cpp)");
      return [];
    }
    const folder = await scratch();
    const model = writeLocalModel(folder);
    const server = kept(await startSkeleton(folder, endpoint));
    return measureLocal(server.url, model, quick ? 3 : 7);
  });
  await run("postgres", () =>
    measurePostgres(
      upstream.url,
      { messages, times: quick ? 30 : 150, lastsMs: quick ? 3_000 : 10_000 },
      progress,
    ),
  );
  if (chosen.has("search") || chosen.has("first-token")) {
    const seeded = await seededFolder(messages, progress);
    const folder = copyOf(seeded);
    folders.push(folder);
    const server = kept(await startSkeleton(folder, endpoint));
    const token = await signIn(server.url, userName(0));
    await run("first-token", async () => {
      const thread = skeletonSource(server.url, token, longThreads.messages1000);
      const times = quick ? 30 : 150;
      return [
        await measureFirstToken(
          "added time to first token, empty thread",
          plainSource(upstream.url),
          skeletonSource(server.url, token),
          times,
        ),
        await measureFirstToken(
          "added time to first token, thread of 1,000 messages",
          plainSource(upstream.url, await saidIn(server.url, token, longThreads.messages1000)),
          thread,
          times,
        ),
        ...(await measureOpening(server.url, token)),
      ];
    });
    await run("search", () => measureSearch(server.url, messages, quick ? 3_000 : 10_000));
  }
} finally {
  await Promise.allSettled(processes.map((part) => part.end()));
  for (const folder of folders) removeFolder(folder);
}

const table = markdownTable(rows);
console.log(`\n${table}\n\n${machine()}`);
if (values.write) {
  const file = new URL("../docs/benchmarks.md", import.meta.url);
  const { page } = await import("./page.ts");
  writeFileSync(file, page({ table, machine: machine(), messages, rounds, busy: values.busy }));
}
