import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type Api, type Entry, Refused, signIn } from "./api.ts";
import type { DataFolder } from "./data-folder.ts";
import { everyEntry } from "./find-losses.ts";
import { type Random, seededRandom } from "./random.ts";
import { freePort, type ServerOptions, spawnServer, startServerProcess } from "./server-process.ts";
import { answerTo, question, startWordyUpstream } from "./wordy-upstream.ts";

/** A job as the API tells it, as far as it is looked at. */
export type Job = {
  readonly id: number;
  readonly thread_id: string;
  readonly state: string;
  readonly prompt: string;
  readonly result: string | null;
  readonly attempt: number;
};

/** By prompt, which is never given twice: the job's id once the server has told it. One without a key came in a batch. */
export type Sent = Map<string, { readonly threadId: string; readonly key?: string; id?: number }>;

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
    const losses = [...faults, ...(await whatIsLost(api, sent))];
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
    readonly signal: AbortSignal;
  },
): Promise<{ readonly refusals: Promise<readonly string[]> }> {
  const { sent, random, prefix, signal } = options;
  const faults: string[] = [];
  let count = 0;

  const newJob = () => {
    const prompt = question(`${prefix}n${count++}`, random.between(1, 20), random.between(0, 15));
    return { prompt, thread_id: `thread ${random.between(1, threads)}` };
  };

  async function hand(): Promise<void> {
    while (!signal.aborted) {
      const job = newJob();
      sent.set(job.prompt, { threadId: job.thread_id, key: job.prompt });
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
  for (const { id, prompt, thread_id } of jobs) sent.set(prompt, { threadId: thread_id, id });
  return { refusals: Promise.all([hand(), hand()]).then(() => faults) };
}

export const note = (sent: Sent, { prompt, id }: Job): void => {
  const known = sent.get(prompt);
  if (known) known.id = id;
};

/** @returns every promise that was not kept, in words. */
export async function whatIsLost(api: Api, sent: Sent): Promise<readonly string[]> {
  const losses: string[] = [];
  for (const [prompt, { threadId, key, id }] of sent) {
    if (key === undefined) continue;
    const job = await api.post<Job>("/api/v1/jobs", { prompt, thread_id: threadId }, key);
    if (id !== undefined && id !== job.id) losses.push(`"${prompt}" was job ${id}, and is ${job.id}`);
    note(sent, job);
  }
  const jobs = await everyJobOver(api);
  const prompts = new Set(jobs.map(({ prompt }) => prompt));
  if (prompts.size !== jobs.length) losses.push(`${jobs.length} jobs for ${prompts.size} prompts`);
  for (const [prompt, { id }] of sent)
    if (!jobs.some((job) => job.id === id && job.prompt === prompt)) losses.push(`"${prompt}" is gone`);
  for (const { id, state, prompt, result } of jobs)
    if (state !== "done" || result !== answerTo(prompt)) losses.push(`job ${id} is ${state}: ${result}`);
  for (const threadId of new Set(jobs.map((job) => job.thread_id)))
    losses.push(...(await lostInThread(api, threadId, jobs)));
  return losses;
}

async function everyJobOver(api: Api): Promise<readonly Job[]> {
  const giveUpAt = performance.now() + 90_000;
  for (;;) {
    const { counts } = await api.get<{ counts: Record<string, number> }>("/api/v1/jobs?limit=1");
    if (counts.queued === 0 && counts.processing === 0) break;
    if (performance.now() > giveUpAt) throw new Error(`Jobs do not end: ${JSON.stringify(counts)}`);
    await sleep(100);
  }
  const jobs: Job[] = [];
  for (;;) {
    const before = jobs.length === 0 ? "" : `&before=${jobs.at(-1)?.id}`;
    const page = await api.get<{ jobs: Job[]; has_more: boolean }>(`/api/v1/jobs?limit=200${before}`);
    jobs.push(...page.jobs);
    if (!page.has_more) return jobs;
  }
}

/** Each job's message is there once, in order, and its whole answer once; what was cut short by a kill lies beside it. */
async function lostInThread(api: Api, threadId: string, jobs: readonly Job[]): Promise<readonly string[]> {
  const path = `/api/v1/threads/${encodeURIComponent(threadId)}/messages?details=true`;
  const branch = await api.get<readonly Entry[]>(path);
  const expected = jobs
    .filter((job) => job.thread_id === threadId)
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ prompt }) => [prompt, answerTo(prompt)]);
  const said = branch.map(({ content }) => content);
  const losses: string[] = [];
  const longest = Math.max(said.length, expected.length);
  const at = Array.from({ length: longest }, (_, index) => index).find(
    (index) => said[index] !== expected[index],
  );
  if (at !== undefined) {
    const [is, should] = [said, expected].map((all) => JSON.stringify(all.slice(at, at + 3)));
    losses.push(
      `${threadId} has from entry ${at} on ${is} instead of ${should}, ${said.length} of ${expected.length}`,
    );
  }
  const whole = (await everyEntry(api, encodeURIComponent(threadId))).filter(
    ({ interrupted }) => !interrupted,
  );
  if (whole.length !== expected.length)
    losses.push(`${threadId} has ${whole.length} whole entries instead of ${expected.length}`);
  return losses;
}
