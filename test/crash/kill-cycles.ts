import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, signIn } from "./api.ts";
import type { DataFolder } from "./data-folder.ts";
import { findLosses } from "./find-losses.ts";
import { emptyLedger, type Ledger, noteBegun } from "./ledger.ts";
import { type Random, seededRandom } from "./random.ts";
import { freePort, type ServerOptions, spawnServer, startServerProcess } from "./server-process.ts";
import { makeTraffic } from "./traffic.ts";
import { question, startWordyUpstream } from "./wordy-upstream.ts";

export type CycleReport = {
  readonly cycle: number;
  /** How long the traffic lasted before the kill. */
  readonly aliveMs: number;
  /** From the start of the process after the kill to its first good answer. */
  readonly readyMs: number;
  readonly acknowledged: number;
  /** Promises that were not kept. */
  readonly losses: readonly string[];
};

const user = "anna";

/**
 * Kills a server at random moments while it works, starts it again, and looks what is left, over and over on one data
 * folder. Sometimes it is killed once more while it starts.
 */
export async function* killCycles(options: {
  readonly folder: DataFolder;
  readonly cycles: number;
  readonly seed: number;
  /** Once it aborts no other cycle begins; what was promised is looked for all the same. */
  readonly signal?: AbortSignal;
}): AsyncGenerator<CycleReport, void> {
  const random = seededRandom(options.seed);
  const upstream = await startWordyUpstream();
  const at: ServerOptions = { folder: options.folder.path, port: await freePort(), upstream: upstream.url };
  const ledger = emptyLedger();
  let server = await startServerProcess(at);
  try {
    for (let cycle = 1; cycle <= options.cycles && !options.signal?.aborted; cycle += 1) {
      const api = await signIn(server.url, user);
      const aliveMs = random.between(20, 500);
      const over = new AbortController();
      const traffic = makeTraffic(api, ledger, random, `q${options.seed}c${cycle}`, over.signal);
      await sleep(aliveMs);
      over.abort();
      await server.kill();
      const faults = await traffic;
      if (random.next() < 0.2) await killWhileStarting(at, random);
      server = await startServerProcess(at);
      const losses = [...faults, ...(await look(server.url, ledger, at.folder))];
      yield { cycle, aliveMs, readyMs: server.readyMs, acknowledged: ledger.acknowledged.size, losses };
    }
    const all = new Set([...ledger.turns.values()].map(({ threadId }) => threadId));
    const losses = await findLosses(await signIn(server.url, user), ledger, [...all]);
    if (losses.length > 0) throw new Error(`At the end of all cycles: ${losses.join("; ")}`);
  } finally {
    await server.kill();
    await upstream.close();
  }
}

async function killWhileStarting(at: ServerOptions, random: Random): Promise<void> {
  const child = spawnServer(at);
  await sleep(random.between(100, 700));
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
}

/** Everything that was touched since the last look, and whether each of these threads can go on. */
async function look(url: string, ledger: Ledger, folder: string): Promise<readonly string[]> {
  const api = await signIn(url, user);
  const losses = [...(await findLosses(api, ledger, [...ledger.touched]))];
  const goOn = [...ledger.touched].map((threadId) => say(api, ledger, threadId));
  losses.push(...(await Promise.all(goOn)).flat(), ...integrity(folder));
  ledger.touched.clear();
  return losses;
}

async function say(api: Api, ledger: Ledger, threadId: string): Promise<readonly string[]> {
  const content = question(`goon${ledger.turns.size}x${threadId.slice(-6)}`, 2, 0);
  try {
    const begun = await api.begin("/api/v1/message", { content, thread_id: threadId });
    noteBegun(ledger, content, begun, "new");
    for await (const event of api.watch(begun.turn_id))
      if (event.event === "stream_end") ledger.finished.add(begun.turn_id);
    return ledger.finished.has(begun.turn_id) ? [] : [`the turn in ${threadId} did not end`];
  } catch (error) {
    return [`thread ${threadId} cannot go on: ${String(error)}`];
  }
}

function integrity(folder: string): readonly string[] {
  const database = new DatabaseSync(`${folder}/skeleton.db`, { readOnly: true, timeout: 5_000 });
  try {
    const rows = database.prepare("pragma integrity_check").all();
    const said = rows.map((row) => String(row.integrity_check));
    return said.length === 1 && said[0] === "ok" ? [] : said;
  } finally {
    database.close();
  }
}
