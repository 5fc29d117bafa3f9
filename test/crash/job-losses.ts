import { setTimeout as sleep } from "node:timers/promises";
import type { Api, Entry } from "./api.ts";
import { everyEntry } from "./find-losses.ts";
import { answerTo } from "./wordy-upstream.ts";

/** A job as the API tells it, as far as it is looked at. */
export type Job = {
  readonly id: number;
  readonly thread_id: string;
  readonly state: string;
  readonly prompt: string;
  readonly result: string | null;
  readonly error: { readonly code: string } | null;
};

/**
 * By prompt, which is never given twice: the job's id once the server has told it. One without a key came in a batch. `kills`
 * is how many processes had been killed by then, where that is counted.
 */
export type Sent = Map<
  string,
  { readonly threadId: string; readonly key?: string; readonly kills?: number; id?: number }
>;

/** After so many dead workers a job is given up, as docs/jobs.md says. */
const deathsUntilGivenUp = 3;

export const note = (sent: Sent, { prompt, id }: Job): void => {
  const known = sent.get(prompt);
  if (known) known.id = id;
};

/**
 * Lets all jobs end, and looks what came of them.
 * @param kills of processes that may have run them, where they are counted.
 * @returns every promise that was not kept, in words.
 */
export async function whatIsLost(api: Api, sent: Sent, kills?: number): Promise<readonly string[]> {
  const losses: string[] = [];
  for (const [prompt, { threadId, key, id }] of sent) {
    if (key === undefined) continue;
    const job = await api.post<Job>("/api/v1/jobs", { prompt, thread_id: threadId }, key);
    if (id !== undefined && id !== job.id) losses.push(`"${prompt}" was job ${id}, and is ${job.id}`);
    note(sent, job);
  }
  const jobs = await everyJobOver(api);
  losses.push(...lostJobs(jobs, sent, kills));
  for (const threadId of new Set(jobs.map((job) => job.thread_id))) {
    const inThread = encodeURIComponent(threadId);
    const branch = await api.get<readonly Entry[]>(`/api/v1/threads/${inThread}/messages?details=true`);
    const own = jobs.filter((job) => job.thread_id === threadId);
    losses.push(...lostInThread(threadId, own, branch, await everyEntry(api, inThread)));
  }
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

const isGivenUp = ({ state, error }: Job): boolean => state === "error" && error?.code === "worker_crashed";

/** Each job is there once and ended with its whole answer, or was given up after as many deaths as that takes. */
export function lostJobs(jobs: readonly Job[], sent: Sent, kills?: number): readonly string[] {
  const losses: string[] = [];
  const prompts = new Set(jobs.map(({ prompt }) => prompt));
  if (prompts.size !== jobs.length) losses.push(`${jobs.length} jobs for ${prompts.size} prompts`);
  for (const [prompt, { id }] of sent)
    if (!jobs.some((job) => job.id === id && job.prompt === prompt)) losses.push(`"${prompt}" is gone`);
  for (const job of jobs) {
    const { id, state, prompt, result } = job;
    const before = sent.get(prompt)?.kills;
    const deaths = kills === undefined || before === undefined ? deathsUntilGivenUp : kills - before;
    if (isGivenUp(job) && deaths >= deathsUntilGivenUp) continue;
    if (isGivenUp(job)) losses.push(`job ${id} was given up after ${deaths} kills`);
    else if (state !== "done" || result !== answerTo(prompt)) losses.push(`job ${id} is ${state}: ${result}`);
  }
  return losses;
}

/**
 * Each job's message is there once, in order, and its whole answer once; what was cut short by a kill lies beside it. A job
 * that was given up has no whole answer, and perhaps no message.
 * @param jobs of this thread. @param branch what its reader sees. @param all the entries of every branch.
 */
export function lostInThread(
  threadId: string,
  jobs: readonly Job[],
  branch: readonly Entry[],
  all: readonly Entry[],
): readonly string[] {
  const losses: string[] = [];
  const whole = all.filter(({ interrupted }) => !interrupted);
  const givenUp = jobs.filter(isGivenUp);
  for (const { id, prompt } of givenUp)
    if (whole.some(({ content }) => content === answerTo(prompt)))
      losses.push(`job ${id} was given up with its whole answer in ${threadId}`);
  const notAnswered = new Set(givenUp.map(({ prompt }) => prompt));
  const isCut = (at: number) => branch[at]?.interrupted && notAnswered.has(branch[at - 1]?.content ?? "");
  const said = branch.filter((_, at) => !isCut(at)).map(({ content }) => content);
  const expected = jobs
    .toSorted((a, b) => a.id - b.id)
    .flatMap(({ prompt }) => (notAnswered.has(prompt) ? [prompt] : [prompt, answerTo(prompt)]))
    .filter((content) => !notAnswered.has(content) || said.includes(content));
  const at = [...(said.length > expected.length ? said : expected).keys()].find(
    (index) => said[index] !== expected[index],
  );
  if (at !== undefined) {
    const [is, should] = [said, expected].map((all) => JSON.stringify(all.slice(at, at + 3)));
    losses.push(
      `${threadId} has from entry ${at} on ${is} instead of ${should}, ${said.length} of ${expected.length}`,
    );
  }
  if (whole.length !== expected.length)
    losses.push(`${threadId} has ${whole.length} whole entries instead of ${expected.length}`);
  return losses;
}
