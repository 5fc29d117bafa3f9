import { busPlugin } from "../src/core/bus/plugin.ts";
import { storeQueuePlugin } from "../src/core/queue/plugin.ts";
import { sqliteStorePlugin } from "../src/core/stores/sqlite/plugin.ts";
import type { Queue } from "../src/protocols/queue.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { emptyFolder, removeFolder } from "./seed.ts";
import { median } from "./statistics.ts";
import { atLeast, atMost, type Row } from "./table.ts";

/** Jobs that wait while the second queue is measured. */
const waiting = 100_000;
const users = 10;
const senders = 100;
/** What `skeleton serve` runs at once by default. */
const concurrency = 4;
const jobsARound = 1_000;

/** A queue in a folder of its own, so that an empty one and a full one can take turns. */
async function openQueue() {
  const folder = await emptyFolder();
  const host = testHost({
    config: { data_path: folder },
    newId: "real",
    now: () => new Date(),
    plugins: [sqliteStorePlugin, busPlugin, storeQueuePlugin],
  });
  return {
    queue: await host.get("queue"),
    async close() {
      await host.shutdown();
      await removeFolder(folder);
    },
  };
}

const payload = { job: "01a2b3c4-0000-7000-8000-000000000000" };
let sent = 0;
const send = (queue: Queue) => {
  sent += 1;
  return queue.send({ userId: `user ${sent % users}`, queue: "tasks", payload });
};

/** Sends jobs, `atOnce` at a time. @returns how many a second. */
async function sendMany(queue: Queue, count: number, atOnce: number): Promise<number> {
  let left = count;
  const start = performance.now();
  const sender = async () => {
    for (; left > 0; left -= 1) await send(queue);
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return (count / (performance.now() - start)) * 1000;
}

/** Runs jobs that do nothing. @returns how many a second. */
async function runMany(queue: Queue, count: number): Promise<number> {
  const enough = new AbortController();
  let ran = 0;
  const start = performance.now();
  let end = start;
  await queue.work(
    "tasks",
    { concurrency },
    async () => {
      ran += 1;
      if (ran !== count) return;
      end = performance.now();
      enough.abort();
    },
    enough.signal,
  );
  return (count / (end - start)) * 1000;
}

/** What one job takes to be accepted, one after another. @returns the median in ms. */
async function submitMs(queue: Queue): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 200; n += 1) {
    const start = performance.now();
    await send(queue);
    times.push(performance.now() - start);
  }
  return median(times);
}

type Found = { readonly submit: number; readonly sent: number; readonly ran: number };

async function round(queue: Queue): Promise<Found> {
  const submit = await submitMs(queue);
  const sentASecond = await sendMany(queue, jobsARound, senders);
  return { submit, sent: sentASecond, ran: await runMany(queue, jobsARound) };
}

/** The durable queue: how fast jobs go in and out of it, and whether those that wait make it slower. */
export async function measureQueue(rounds: number): Promise<readonly Row[]> {
  const [empty, full] = [await openQueue(), await openQueue()];
  await sendMany(full.queue, waiting, senders);
  await round(empty.queue); // warm
  const found: { empty: Found; full: Found }[] = [];
  for (let n = 0; n < rounds; n += 1)
    found.push({ empty: await round(empty.queue), full: await round(full.queue) });
  await empty.close();
  await full.close();
  const of = (which: "empty" | "full", what: keyof Found) => median(found.map((one) => one[which][what]));
  const slower = (what: "sent" | "ran") => of("empty", what) / of("full", what);
  const thousands = `${waiting / 1000},000`;
  return [
    atMost(
      "a job is accepted, median",
      of("empty", "submit"),
      5,
      "ms",
      ` (${thousands} wait: ${of("full", "submit").toFixed(2)})`,
    ),
    atLeast(`jobs sent a second, ${senders} senders at once`, of("empty", "sent"), 1_000, "/s"),
    atLeast(`jobs run a second that do nothing, ${concurrency} at once`, of("empty", "ran"), 300, "/s"),
    atMost(`sending while ${thousands} jobs wait, against an empty queue`, slower("sent"), 1.2, "x"),
    atMost(`running while ${thousands} jobs wait, against an empty queue`, slower("ran"), 1.2, "x"),
  ];
}
