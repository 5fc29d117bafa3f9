import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, Refused, signIn } from "./api.ts";
import type { DataFolder } from "./data-folder.ts";
import { type Job, note, type Sent, whatIsLost } from "./job-losses.ts";
import { type Random, seededRandom } from "./random.ts";
import { freePort, type ServerOptions, spawnServer, startServerProcess } from "./server-process.ts";
import { question, startWordyUpstream } from "./wordy-upstream.ts";

export type JobsReport = {
  readonly kills: number;
  readonly acknowledged: number;
  /** From the last start until all were over, in ms. */
  readonly settledMs: number;
  readonly losses: readonly string[];
};

const user = "anna";
const threads = 6;
/** Jobs that every cycle begins with, so that there is something to lose on a slow machine, too. */
const atOnce = 8;

/**
 * Kills the server and a worker process beside it, one or both, at random moments while jobs are submitted and run, over and
 * over on one data folder; then lets all jobs end, and looks what came of them.
 */
export async function jobCycles(options: {
  readonly folder: DataFolder;
  readonly cycles: number;
  readonly seed: number;
}): Promise<JobsReport> {
  const random = seededRandom(options.seed);
  const upstream = await startWordyUpstream();
  const at: ServerOptions = {
    folder: options.folder.path,
    port: await freePort(),
    upstream: upstream.url,
    env: { SKELETON_JOB_WORKERS: "3" },
  };
  const startWorker = () => spawnServer({ ...at, command: ["worker", "--concurrency", "3"] });
  const sent: Sent = new Map();
  const faults: string[] = [];
  let [server, worker] = [await startServerProcess(at), startWorker()];
  let kills = 0;
  try {
    for (let cycle = 1; cycle <= options.cycles; cycle += 1) {
      const over = new AbortController();
      const api = await signIn(server.url, user);
      const traffic = await submitJobs(api, {
        sent,
        random,
        prefix: `s${options.seed}c${cycle}`,
        kills,
        signal: over.signal,
      });
      await sleep(random.between(50, 800));
      const dice = random.next();
      if (dice < 0.7) {
        kills += 1;
        over.abort();
        await server.kill();
      }
      if (dice > 0.4) {
        kills += 1;
        await killChild(worker);
        worker = startWorker();
      }
      over.abort();
      faults.push(...(await traffic.refusals));
      if (dice < 0.7) server = await startServerProcess(at);
    }
    const settledAt = performance.now();
    const api = await signIn(server.url, user);
    const losses = [...faults, ...(await whatIsLost(api, sent, kills))];
    return {
      ...{ kills, losses, settledMs: performance.now() - settledAt },
      acknowledged: [...sent.values()].filter(({ id }) => id !== undefined).length,
    };
  } finally {
    await killChild(worker);
    await server.kill();
    await upstream.close();
  }
}

async function killChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/**
 * Submits a batch of jobs, and then single ones until the server dies or the signal aborts.
 * @returns once the batch is taken: refusals, in words, once it is over.
 */
async function submitJobs(
  api: Api,
  options: {
    readonly sent: Sent;
    readonly random: Random;
    readonly prefix: string;
    /** So far. */
    readonly kills: number;
    readonly signal: AbortSignal;
  },
): Promise<{ readonly refusals: Promise<readonly string[]> }> {
  const { sent, random, prefix, kills, signal } = options;
  const faults: string[] = [];
  let count = 0;

  const newJob = () => {
    const prompt = question(`${prefix}n${count++}`, random.between(1, 20), random.between(0, 15));
    return { prompt, thread_id: `thread ${random.between(1, threads)}` };
  };

  async function hand(): Promise<void> {
    while (!signal.aborted) {
      const job = newJob();
      sent.set(job.prompt, { threadId: job.thread_id, key: job.prompt, kills });
      try {
        note(sent, await api.post<Job>("/api/v1/jobs", job, job.prompt));
        await sleep(random.between(0, 60));
      } catch (error) {
        if (!(error instanceof Refused)) return; // the server is gone
        if (error.status !== 503) faults.push(`unexpected answer: ${error.message}`);
      }
    }
  }
  const batch = Array.from({ length: atOnce }, newJob);
  const { jobs } = await api.post<{ jobs: readonly Job[] }>("/api/v1/jobs/batch", { jobs: batch });
  for (const { id, prompt, thread_id } of jobs) sent.set(prompt, { threadId: thread_id, kills, id });
  return { refusals: Promise.all([hand(), hand()]).then(() => faults) };
}
