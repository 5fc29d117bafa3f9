import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startPart } from "../processes.ts";
import { digits, machine } from "../table.ts";
import { chart } from "./chart.ts";
import { readFigures } from "./figures.ts";
import { calls, type Line, measure, type Point } from "./measure.ts";
import { postgresPlaces, sqlitePlaces } from "./places.ts";
import { axes, populationsOf, titles } from "./populations.ts";
import { growths, mostGrowth, report } from "./report.ts";

/*
 * `npm run bench:growth`: what the page's everyday calls take while one thing grows and all else stays small, over HTTP,
 * on a real SQLite and a real PostgreSQL. The first run fills the databases, which takes some minutes, and keeps them.
 */

const engines = [
  ["sqlite", sqlitePlaces],
  ["postgresql", postgresPlaces],
] as const;

const { values } = parseArgs({
  options: {
    /** Only these engines, with commas between. */
    engine: { type: "string", default: engines.map(([name]) => name).join(",") },
    /** Only these axes. */
    only: { type: "string", default: axes.join(",") },
    /** Puts the result into docs/sizing.md and docs/growth.svg. */
    write: { type: "boolean", default: false },
    /** Says there that other work ran on the machine. */
    busy: { type: "boolean", default: false },
  },
});
const chosen = <T extends string>(known: readonly T[], said: string): readonly T[] => {
  for (const name of said.split(","))
    if (!known.some((one) => one === name)) throw new Error(`${name} is none of ${known.join(", ")}`);
  return known.filter((name) => said.split(",").includes(name));
};
const wantedEngines = chosen(
  engines.map(([name]) => name),
  values.engine,
);
const wantedAxes = chosen(axes, values.only);
const progress = (text: string) => process.stderr.write(`${text}\n`);

execFileSync(process.execPath, ["scripts/build-package.ts", "--if-stale"], { stdio: "inherit" });
const upstream = await startPart("fast-upstream.ts");
const lines: Line[] = [];
try {
  for (const [name, open] of engines) {
    if (!wantedEngines.includes(name)) continue;
    const places = await open(progress);
    try {
      for (const axis of wantedAxes) {
        const points: Point[] = [];
        for (const population of populationsOf(axis)) {
          const point = await measure(places, population, `${upstream.url}/v1`);
          points.push(point);
          const told = calls.map((call) => `${call} ${digits(point.times[call])}`).join(", ");
          progress(`${places.engine}, ${point.size} ${titles[axis]}: ${told}`);
        }
        lines.push({ engine: places.engine, axis, points });
      }
    } finally {
      await places.close();
    }
  }
} finally {
  await upstream.end();
}

const page = report({ lines, figures: readFigures(), machine: machine(), busy: values.busy });
console.log(page);
if (values.write) {
  writeFileSync(new URL("../../docs/sizing.md", import.meta.url), page);
  writeFileSync(new URL("../../docs/growth.svg", import.meta.url), chart(lines));
}
for (const { engine, axis, call, growth } of growths(lines)) {
  if (growth <= mostGrowth) continue;
  console.error(
    `${engine}, ${call}: ${digits(growth)} x slower with more ${titles[axis]}, above ${mostGrowth} x`,
  );
  process.exitCode = 1;
}
