import { setTimeout as sleep } from "node:timers/promises";
import { type Api, type Begun, Refused } from "./api.ts";
import { type Acknowledged, type Ledger, noteBegun } from "./ledger.ts";
import type { Random } from "./random.ts";
import { question } from "./wordy-upstream.ts";

/** How many things one user does at the same time. */
const hands = 4;

/** Somebody who goes on when a call fails because a server died, and waits between one thing and the next. */
export type Patient = { readonly restMs: number };

/**
 * Does what people do, several things at once, until the server dies, and writes down every promise it makes.
 * @param prefix begins every name, so that nothing is said twice in the whole run.
 * @param patient with it, until the signal aborts, whatever dies; what a server without its database answers is no fault.
 * @returns answers that nobody should get, in words.
 */
export async function makeTraffic(
  api: Api,
  ledger: Ledger,
  random: Random,
  prefix: string,
  signal: AbortSignal,
  patient?: Patient,
): Promise<readonly string[]> {
  const faults: string[] = [];
  let count = 0;
  const newQuestion = () => question(`${prefix}n${count++}`, random.between(1, 60), random.between(0, 5));

  async function act(): Promise<void> {
    const known = random.pick([...ledger.acknowledged.values()].slice(-30));
    const dice = random.next();
    if (!known || dice < 0.3) await say("/api/v1/message", {}, random.next() < 0.7);
    else if (dice < 0.6) await say("/api/v1/message", { thread_id: known.threadId }, random.next() < 0.7);
    else if (dice < 0.7) await say(`${pathOf(known)}/edit`, {}, random.next() < 0.5);
    else if (dice < 0.8) await regenerate(known);
    else if (dice < 0.9) await sayAndStop(known);
    else await rename(known.threadId);
  }

  /** Says something new, watching the answer or not. */
  async function say(path: string, more: object, watch: boolean): Promise<void> {
    const content = newQuestion();
    const body = { content, ...more };
    const key = `key-${content}`;
    ledger.unanswered.set(content, { path, body, key });
    try {
      if (watch)
        await follow(api.stream(path, body, key), (begun) => noteBegun(ledger, content, begun, "new"));
      else noteBegun(ledger, content, await api.begin(path, body, key), "new");
    } catch (error) {
      if (error instanceof Refused) ledger.unanswered.delete(content);
      throw error;
    }
  }

  async function follow(events: ReturnType<Api["stream"]>, onBegun: (begun: Begun) => void): Promise<void> {
    let turnId = "";
    let failed = false;
    for await (const event of events) {
      if (event.event === "thread_id") {
        const { thread_id, turn_id = "", message_id = "" } = event.data;
        turnId = turn_id;
        onBegun({ thread_id, turn_id, message_id });
      }
      if (event.event === "error") {
        failed = true;
        if (!patient || !isTrouble(event.data.code)) faults.push(`a turn failed: ${event.data.message}`);
      }
      if (event.event === "stream_end" && !failed && !event.data.interrupted) ledger.finished.add(turnId);
    }
  }

  async function regenerate(known: Acknowledged): Promise<void> {
    const begun = await api.begin(`${pathOf(known)}/regenerate`, {});
    noteBegun(ledger, known.content, begun, "again");
  }

  async function sayAndStop(known: Acknowledged): Promise<void> {
    const content = question(`${prefix}n${count++}`, 60, 5);
    const body = { content, thread_id: known.threadId };
    const begun = await api.begin("/api/v1/message", body, `key-${content}`);
    noteBegun(ledger, content, begun, "new");
    await sleep(random.between(0, 60));
    const seen = { text: "" };
    const watching = listen(api, begun.turn_id, seen).catch(() => false); // a dead server is noticed by the next call
    await sleep(random.between(5, 30));
    const before = seen.text;
    await api.post(`/api/v1/turns/${begun.turn_id}/stop`);
    if (!patient) ledger.stopped.set(begun.turn_id, before);
    // Where another instance runs it, only the end says that it is safe.
    if ((await watching) && patient) ledger.stopped.set(begun.turn_id, before);
  }

  async function rename(threadId: string): Promise<void> {
    const before = ledger.titles.get(threadId) ?? {};
    if (before.asked !== undefined) return; // of two at once nobody could say which came last
    const title = `title ${prefix}n${count++}`;
    ledger.titles.set(threadId, { ...before, asked: title });
    ledger.touched.add(threadId);
    await api.post(`/api/v1/threads/${threadId}`, { title });
    ledger.titles.set(threadId, { acknowledged: title });
  }

  async function hand(): Promise<void> {
    while (!signal.aborted) {
      try {
        await act();
      } catch (error) {
        if (!(error instanceof Refused)) {
          if (!patient) return; // the server is gone
        } else if (error.status !== 409 && !(patient && error.status === 503))
          faults.push(`unexpected answer: ${error.message}`);
      }
      if (patient) await sleep(random.between(0, 2 * patient.restMs));
    }
  }
  await Promise.all(Array.from({ length: hands }, hand));
  return faults;
}

const pathOf = ({ threadId, messageId }: Acknowledged) => `/api/v1/threads/${threadId}/messages/${messageId}`;

/** @returns whether the end was told. */
async function listen(api: Api, turnId: string, seen: { text: string }): Promise<boolean> {
  let ended = false;
  for await (const event of api.watch(turnId)) {
    if (event.event === "message_tokens") seen.text += event.data.content;
    if (event.event === "stream_end") ended = true;
  }
  return ended;
}

/** What a server says whose database is away, or which is about to stop. */
const isTrouble = (code: string | undefined): boolean =>
  code?.startsWith("store_") === true || code === "shutting_down";
