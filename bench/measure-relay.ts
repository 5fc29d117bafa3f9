import { setTimeout as sleep } from "node:timers/promises";
import { models } from "./models.ts";
import type { Measured } from "./processes.ts";
import { median } from "./statistics.ts";
import { type OpenStream, openStream, type Source } from "./stream-client.ts";
import { atMost, digits, type Row } from "./table.ts";

/** A relay: its process, and how to ask through it. */
export type Relay = { readonly process: Measured; readonly source: Source };

/** µs of CPU a token: while answers run, and over their whole life with its begin and end. */
type Cost = { readonly running: number; readonly whole: number };

const windowMs = 4_000;

/** Many answers at reading speed. The window lies where all of them run. */
export async function steadyCost({ process, source }: Relay, count: number): Promise<Cost> {
  const begin = await process.usage();
  const streams: OpenStream[] = [];
  for (let index = 0; index < count; index += 1) {
    streams.push(openStream(source, models.steady));
    await sleep(1000 / count);
  }
  const tokens = () => streams.reduce((sum, stream) => sum + stream.tokens(), 0);
  await Promise.all(streams.map(({ firstToken }) => firstToken));
  await sleep(1_500);
  const [before, tokensBefore] = [await process.usage(), tokens()];
  await sleep(windowMs);
  const [after, tokensAfter] = [await process.usage(), tokens()];
  await Promise.all(streams.map(({ ended }) => ended));
  const end = await process.usage();
  return {
    running: (after.cpuUs - before.cpuUs) / (tokensAfter - tokensBefore),
    whole: (end.cpuUs - begin.cpuUs) / tokens(),
  };
}

/** Answers as fast as they come, begin and end of the turns included. */
export async function burstCost({ process, source }: Relay, count: number): Promise<number> {
  const before = await process.usage();
  const streams = Array.from({ length: count }, () => openStream(source, models.burst));
  await Promise.all(streams.map(({ ended }) => ended));
  const after = await process.usage();
  return (after.cpuUs - before.cpuUs) / streams.reduce((sum, stream) => sum + stream.tokens(), 0);
}

/** Pipe and Skeleton in turn, so that what else the machine does meets both. */
async function inTurn<T>(
  rounds: number,
  relays: { readonly pipe: Relay; readonly skeleton: Relay },
  measure: (relay: Relay) => Promise<T>,
): Promise<{ readonly pipe: readonly T[]; readonly skeleton: readonly T[] }> {
  const pipe: T[] = [];
  const skeleton: T[] = [];
  for (let round = 0; round < rounds; round += 1) {
    pipe.push(await measure(relays.pipe));
    skeleton.push(await measure(relays.skeleton));
  }
  return { pipe, skeleton };
}

export async function measureRelay(
  relays: { readonly pipe: Relay; readonly skeleton: Relay },
  { rounds, streams }: { readonly rounds: number; readonly streams: readonly number[] },
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  // Warm: until its code is compiled for good, a token costs up to half as much again.
  await inTurn(1, relays, (relay) => burstCost(relay, 4));
  await inTurn(2, relays, (relay) => steadyCost(relay, 200));
  for (const count of streams) {
    const costs = await inTurn(rounds, relays, (relay) => steadyCost(relay, count));
    const [pipe, own] = [costs.pipe, costs.skeleton].map((all) => median(all.map(({ running }) => running)));
    const [pipeWhole, ownWhole] = [costs.pipe, costs.skeleton].map((all) =>
      median(all.map(({ whole }) => whole)),
    );
    const ratio = median(
      costs.skeleton.map(({ running }, round) => running / (costs.pipe[round]?.running ?? 0)),
    );
    rows.push(relayRow(count, ratio, `(${digits(own ?? 0)} µs, pipe ${digits(pipe ?? 0)} µs)`), {
      row: `the same over whole answers of 450 tokens, turn begun and saved`,
      measured: `${digits((ownWhole ?? 0) / (pipeWhole ?? 0))} x (${digits(ownWhole ?? 0)} µs, pipe ${digits(pipeWhole ?? 0)} µs)`,
    });
  }
  const bursts = await inTurn(rounds + 2, relays, (relay) => burstCost(relay, 20));
  const pipe = digits(median(bursts.pipe));
  rows.push(
    atMost(
      "CPU a token in a burst, 20 answers of 5,000",
      median(bursts.skeleton),
      6,
      "µs",
      ` (pipe ${pipe} µs)`,
    ),
  );
  return rows;
}

/** What is promised is promised for a busy server: with few streams a token mostly costs waking up for it. */
function relayRow(count: number, ratio: number, costs: string): Row {
  const row = `CPU a token, ${count} streams of 50/s, against the pipe`;
  if (count >= 200) return atMost(row, ratio, 1.3, "x", ` ${costs}`);
  return { row, measured: `${digits(ratio)} x ${costs}` };
}
