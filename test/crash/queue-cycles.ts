import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Findings, notesFile, readNotes } from "./queue-notes.ts";
import { seededRandom } from "./random.ts";

const script = fileURLToPath(new URL("./queue-child.ts", import.meta.url));
/** How long what waits may take at the end, in ms: the jobs of a dead worker are found within 2 s. */
const drainLimitMs = 30_000;

/** A process that sends jobs or runs them, once it is about to begin. */
export async function startQueueChild(
  role: "send" | "work",
  folder: string,
  prefix = "",
): Promise<ChildProcess> {
  appendFileSync(join(folder, notesFile), "");
  const child = spawn(process.execPath, [script, role, folder, prefix], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new Error(`A process that was to ${role} jobs ended with ${code ?? signal}.`);
  });
  await Promise.race([once(child.stdout, "data"), gone]);
  gone.catch(() => undefined); // from now on it is killed on purpose
  return child;
}

export const findings = (folder: string): Findings =>
  readNotes(readFileSync(join(folder, notesFile), "utf8"));

/** Waits until no job is left. @throws when that takes too long. */
export async function drained(folder: string): Promise<void> {
  const database = new DatabaseSync(join(folder, "skeleton.db"), { readOnly: true, timeout: 5_000 });
  const left = database.prepare("select count(*) as count from [store.queue_jobs]");
  const until = performance.now() + drainLimitMs;
  try {
    while (Number(left.get()?.count) > 0) {
      if (performance.now() > until) throw new Error(`${left.get()?.count} jobs are stuck.`);
      await sleep(20);
    }
  } finally {
    database.close();
  }
}

/** Asks a worker to stop. @throws unless it does so in order. */
export async function stopped(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const [code] = await exited;
  if (code !== 0) throw new Error(`A worker that was to stop ended with ${code}.`);
}

/**
 * Kills a sender and two workers at random moments, over and over on one data folder, and looks at the end what has
 * become of the jobs.
 */
export async function queueCycles(options: {
  readonly folder: string;
  readonly cycles: number;
  readonly seed: number;
}): Promise<Findings> {
  const { folder, cycles, seed } = options;
  const random = seededRandom(seed);
  const roles = ["send", "work", "work"] as const;
  const children: ChildProcess[] = [];
  try {
    for (const role of roles) children.push(await startQueueChild(role, folder, "c0"));
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      await sleep(random.between(20, 300));
      const first = random.between(0, roles.length - 1);
      const victims = roles.flatMap((_, index) => (index === first || random.next() < 0.3 ? [index] : []));
      await Promise.all(victims.map((index) => kill(folder, children[index])));
      await Promise.all(
        victims.map(async (index) => {
          children[index] = await startQueueChild(roles[index] ?? "work", folder, `c${cycle}`);
        }),
      );
    }
    const [sender, ...workers] = children;
    await kill(folder, sender);
    await drained(folder);
    await Promise.all(workers.map(stopped));
    return findings(folder);
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

async function kill(folder: string, child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null) throw new Error("A process ended by itself.");
  appendFileSync(join(folder, notesFile), `killing ${child.pid}\n`);
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
