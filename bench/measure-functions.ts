import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { burstCost, type Relay } from "./measure-relay.ts";
import { median } from "./statistics.ts";
import { atMost, digits, type Row } from "./table.ts";

/** Function plugins as they lie in a plugins folder, by file name. */
export const functionSets: Readonly<Record<"none" | "idle" | "filter", readonly [string, string][]>> = {
  none: [],
  /** Twenty that see messages and answers, and no stream. */
  idle: Array.from({ length: 20 }, (_, index) => [
    `idle-${index}.mjs`,
    `export default { name: "idle-${index}", preCall() {}, postCall() {} };`,
  ]),
  /** One that looks at every batch and changes nothing. */
  filter: [["filter.mjs", `export default { name: "filter", filterStream(events) { return events; } };`]],
};

export function writeFunctions(folder: string, files: readonly [string, string][]): void {
  mkdirSync(join(folder, "plugins", "functions"), { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, "plugins", "functions", name), text);
}

/** The servers in turn, round by round, so that what else the machine does meets all of them. */
export async function measureFunctions(
  relays: Readonly<Record<keyof typeof functionSets, Relay>>,
  rounds: number,
): Promise<readonly Row[]> {
  const names = ["none", "idle", "filter"] as const;
  const costs: Record<(typeof names)[number], number[]> = { none: [], idle: [], filter: [] };
  for (let round = -1; round < rounds + 2; round += 1) {
    for (const name of names) {
      const cost = await burstCost(relays[name], 20);
      if (round >= 0) costs[name].push(cost); // the first round warms them
    }
  }
  const more = (name: "idle" | "filter") =>
    median(costs[name].map((cost, round) => cost - (costs.none[round] ?? 0)));
  const none = `(without any ${digits(median(costs.none))} µs)`;
  return [
    // half a microsecond is what two servers of the same kind differ by
    atMost(
      "CPU a token that 20 functions without a filter add, in a burst",
      more("idle"),
      0.5,
      "µs",
      ` ${none}`,
    ),
    atMost("CPU a token that one filter of a stream adds, in a burst", more("filter"), 1, "µs", ` ${none}`),
  ];
}
