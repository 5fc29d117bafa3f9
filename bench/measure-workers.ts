import { setTimeout as sleep } from "node:timers/promises";
import { lineTo, type WorkerLine } from "../test/crash/worker-line.ts";
import { burstCost, type Relay, steadyCost } from "./measure-relay.ts";
import { models } from "./models.ts";
import type { Measured } from "./processes.ts";
import { median } from "./statistics.ts";
import { atLeast, digits, type Row } from "./table.ts";

const workers = 2;
/**
 * For each process: a token costs less the more there are, so a worker has as many as the one process. So few that two cores
 * are not full: where they are, tokens come in larger pieces and look cheaper.
 */
const streams = 50;
/** Turns that are begun at one worker and watched at one or the other. */
const watched = 20;

/** What a server of several workers uses: its primary, and by their metrics the workers. */
export function withWorkers(primary: Measured): Measured {
  return {
    ...primary,
    async usage() {
      const [{ cpuUs, rss }, text] = await Promise.all([primary.usage(), metricsOf(primary.url)]);
      const sum = (metric: string) =>
        [...text.matchAll(new RegExp(`^${metric}\\{[^}]*\\} (\\S+)$`, "gm"))]
          .map(([, value]) => Number(value))
          .reduce((all, one) => all + one, 0);
      return {
        cpuUs: cpuUs + sum("process_cpu_seconds_total") * 1e6,
        rss: rss + sum("process_resident_memory_bytes"),
      };
    },
  };
}

const metricsOf = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** Until each of the workers tells its metrics. */
export async function allServe(url: string): Promise<void> {
  while ((await metricsOf(url)).match(/^process_cpu_seconds_total\{/gm)?.length !== workers) await sleep(50);
}

/** µs a token that is heard on so many connections to this worker, of turns that run at the first. */
async function watchedCost(process: Measured, url: string, token: string, at: number): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const lines = (number: number) => Promise.all(Array.from({ length: watched }, () => lineTo(url, number)));
  const [beginning, watching] = [await lineTo(url, 1), await lines(at)];
  const begin = async (line: WorkerLine): Promise<string> => {
    const asked = {
      headers: { ...headers, accept: "application/json" },
      form: { content: "hello", model: models.steady },
    };
    return (JSON.parse((await line.ask("/api/v1/message", asked)).text) as { turn_id: string }).turn_id;
  };
  const before = await process.usage();
  const heard = await Promise.all(
    watching.map(async (line) => line.ask(`/api/v1/turns/${await begin(beginning)}/events`, { headers })),
  );
  const after = await process.usage();
  for (const line of [beginning, ...watching]) line.close();
  const tokens = heard.reduce((sum, { text }) => sum + (text.match(/"message_tokens"/g)?.length ?? 0), 0);
  return (after.cpuUs - before.cpuUs) / tokens;
}

/**
 * What two workers can relay on a core each, against one process on one. Load client and upstream need cores as well, so
 * what is measured is the CPU a token takes, of all processes of the server together: on cores of their own the two relay
 * as much more as they are more processes, less what a token costs more.
 */
export async function measureWorkers(
  single: Relay,
  several: Relay,
  token: string,
  rounds: number,
): Promise<readonly Row[]> {
  for (const relay of [single, several, single, several]) await burstCost(relay, 8); // warm
  const costs: { one: number; all: number }[] = [];
  for (let round = 0; round < rounds; round += 1)
    costs.push({
      one: (await steadyCost(single, streams)).running,
      all: (await steadyCost(several, workers * streams)).running,
    });
  const [one, all] = [median(costs.map((cost) => cost.one)), median(costs.map((cost) => cost.all))];
  const gain = median(costs.map((cost) => (workers * cost.one) / cost.all));
  const { process, source } = several;
  const [near, far] = [
    await watchedCost(process, source.url, token, 1),
    await watchedCost(process, source.url, token, 2),
  ];
  return [
    {
      ...atLeast(
        `two workers relay against one process, ${streams} streams of 50/s each, by CPU a token`,
        gain,
        1.8,
        "x",
      ),
      measured: `${digits(gain)} x (${digits(all)} µs with the primary, one ${digits(one)} µs)`,
    },
    {
      row: `CPU a token, ${watched} answers watched at the worker that does not make them`,
      measured: `${digits(far)} µs, at the one that does ${digits(near)} µs`,
    },
  ];
}
