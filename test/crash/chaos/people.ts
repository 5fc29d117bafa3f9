import { setTimeout as sleep } from "node:timers/promises";
import { type Api, type Entry, Refused, signIn } from "../api.ts";
import { type Job, note, type Sent } from "../job-losses.ts";
import { emptyLedger, type Ledger } from "../ledger.ts";
import type { Random } from "../random.ts";
import { makeTraffic } from "../traffic.ts";
import { answerTo, question } from "../wordy-upstream.ts";
import type { Instance } from "./house.ts";

/** Somebody with an account, what they were promised, and what begins every word that they say. */
export type Person = {
  readonly name: string;
  /** Calls go to any instance, as a load balancer sends them. */
  readonly api: Api;
  readonly ledger: Ledger;
  readonly jobs: Sent;
  readonly mark: string;
};

/** After that a call is given up; whether it worked is asked when all is well again. */
const patienceMs = 5_000;
/** Between one thing and the next, on average, of each of a person's hands. */
const restMs = 250;
/** Of a person, in which jobs are answered one after the other. */
const jobThreads = 2;

export async function person(
  instances: readonly Instance[],
  name: string,
  seed: number,
  random: Random,
): Promise<Person> {
  const apis = await Promise.all(instances.map(({ url }) => signIn(url, name, patienceMs)));
  const any = () => random.pick(apis) as Api;
  return {
    api: {
      get: (path) => any().get(path),
      post: (path, body, key) => any().post(path, body, key),
      begin: (path, body, key) => any().begin(path, body, key),
      stream: (path, body, key) => any().stream(path, body, key),
      watch: (turnId) => any().watch(turnId),
    },
    ...{ name, ledger: emptyLedger(), jobs: new Map(), mark: `${name}s${seed}` },
  };
}

/**
 * Talks, sends jobs and looks around until the signal aborts.
 * @param round makes what is said in it unlike all before.
 * @returns answers that nobody should get, in words.
 */
export async function live(
  one: Person,
  others: readonly Person[],
  random: Random,
  round: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const faults: string[] = [];
  const prefix = `${one.mark}r${round}`;
  const patiently = async (act: () => Promise<void>) => {
    while (!signal.aborted) {
      try {
        await act();
      } catch (error) {
        if (error instanceof Refused && error.status !== 503 && error.status !== 409)
          faults.push(`${one.name}: unexpected answer: ${error.message}`);
      }
      await sleep(random.between(0, 4 * restMs));
    }
  };
  let count = 0;
  const sendJob = async () => {
    const prompt = question(`${prefix}j${count++}`, random.between(1, 20), random.between(0, 15));
    const threadId = `jobs ${one.name} ${random.between(1, jobThreads)}`;
    one.jobs.set(prompt, { threadId, key: prompt });
    note(one.jobs, await one.api.post<Job>("/api/v1/jobs", { prompt, thread_id: threadId }, prompt));
  };
  const lookAround = async () => {
    faults.push(...(await foreignThings(one, random.pick(others))));
    const turn = random.pick([...one.ledger.turns].slice(-20));
    if (turn !== undefined) faults.push(...(await wrongWords(one, ...turn)));
  };
  const [said] = await Promise.all([
    makeTraffic(one.api, one.ledger, random, prefix, signal, { restMs }),
    patiently(sendJob),
    patiently(lookAround),
  ]);
  return [...faults, ...said.map((fault) => `${one.name}: ${fault}`)];
}

type Listed = { readonly id: string; readonly title: string };

/** Whatever is shown is one's own, and of others' things there is nothing to be seen. */
async function foreignThings(one: Person, other: Person | undefined): Promise<readonly string[]> {
  const faults: string[] = [];
  const listed = await one.api.get<readonly Listed[]>("/api/v1/threads?limit=50");
  const found = await one.api.get<readonly Listed[]>(`/api/v1/search?q=${one.mark}`);
  for (const { id, title } of [...listed, ...found])
    if (!title.includes(one.mark)) faults.push(`${one.name} was shown "${title}", thread ${id}`);
  const own = [...one.ledger.touched].at(-1);
  if (own !== undefined) {
    const entries = await one.api.get<readonly Entry[]>(`/api/v1/threads/${own}/messages?details=true`);
    for (const { content } of entries)
      if (content !== "" && !content.includes(one.mark)) faults.push(`${one.name} was shown "${content}"`);
  }
  const foreign = other && [...other.ledger.acknowledged.values()].at(-1);
  if (foreign === undefined) return faults;
  const status = await one.api.get(`/api/v1/threads/${foreign.threadId}/messages`).then(
    () => 200,
    (error: unknown) => (error instanceof Refused ? error.status : 503),
  );
  if (status !== 404 && status !== 503)
    faults.push(`${one.name} got ${status} for a thread of ${other?.name}`);
  return faults;
}

/** What a turn is heard to say is the beginning of what the model said to this question and no other. */
async function wrongWords(
  { api, name }: Person,
  turnId: string,
  { content }: { readonly content: string },
): Promise<readonly string[]> {
  let text = "";
  for await (const event of api.watch(turnId))
    if (event.event === "message_tokens") text += event.data.content;
  return answerTo(content).startsWith(text) ? [] : [`${name} heard "${text}" to "${content}"`];
}
