import { setTimeout as sleep } from "node:timers/promises";
import type { Relay } from "./measure-relay.ts";
import { models } from "./models.ts";
import { median } from "./statistics.ts";
import { openStream } from "./stream-client.ts";
import { atMost, digits, type Row } from "./table.ts";

/** Starts a relay that has done nothing yet. */
export type FreshRelay = () => Promise<Relay>;

/** So many streams are open before the first look: what a server starts once it is busy is no stream's. */
const already = 50;

/** kB that an open stream adds to the process. */
async function kbPerStream(fresh: FreshRelay, count: number): Promise<number> {
  const { process, source } = await fresh();
  await openStream(source, models.burst).ended;
  const open = async (more: number) => {
    const streams = Array.from({ length: more }, () => openStream(source, models.slow));
    await Promise.all(streams.map(({ firstToken }) => firstToken));
    await sleep(3_000);
    return { streams, rss: await process.rss() };
  };
  const { streams: first, rss: before } = await open(already);
  const { streams, rss: after } = await open(count);
  for (const stream of [...first, ...streams]) stream.abort();
  await process.end();
  return (after - before) / 1024 / count;
}

/** MB that answers of many tokens add, for readers who read or who stop at the first token. */
async function mbOfFlood(fresh: FreshRelay, count: number, reads: boolean): Promise<number> {
  const { process, source } = await fresh();
  await openStream(source, models.burst).ended;
  const before = await process.rss();
  const streams = Array.from({ length: count }, () => openStream(source, models.flood));
  if (!reads) {
    await Promise.all(streams.map(({ firstToken }) => firstToken));
    for (const stream of streams) stream.pause();
    await sleep(4_000); // the turns go on without them
  } else await Promise.all(streams.map(({ ended }) => ended));
  await sleep(500);
  const after = await process.rss();
  for (const stream of streams) stream.abort();
  await process.end();
  return (after - before) / 2 ** 20;
}

export async function measureMemory(
  pipe: FreshRelay,
  skeleton: FreshRelay,
  rounds: number,
): Promise<readonly Row[]> {
  const costs: { own: number; piped: number; reading: number; stopped: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    costs.push({
      piped: await kbPerStream(pipe, 200),
      own: await kbPerStream(skeleton, 200),
      reading: await mbOfFlood(skeleton, 10, true),
      stopped: await mbOfFlood(skeleton, 10, false),
    });
  }
  const [own, piped] = [median(costs.map((cost) => cost.own)), median(costs.map((cost) => cost.piped))];
  const reading = median(costs.map((cost) => cost.reading));
  const stopped = median(costs.map((cost) => cost.stopped));
  return [
    atMost(
      "memory an open stream, 200 of them, against the pipe",
      own / piped,
      2,
      "x",
      ` (${digits(own)} kB, pipe ${digits(piped)} kB)`,
    ),
    {
      row: "memory of 10 answers of 20,000 tokens whose readers stop reading",
      measured: `${digits(stopped)} MB (readers who read: ${digits(reading)} MB)`,
      target: "no more than reading",
      ok: stopped <= reading * 1.1,
    },
  ];
}
