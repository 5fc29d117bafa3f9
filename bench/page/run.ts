import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startScriptedUpstream } from "../../src/testkit/scripted-upstream.ts";
import { freePort, startServerProcess } from "../../test/crash/server-process.ts";
import { launchChromium } from "../../test/support/browser.ts";
import { copyOf, removeFolder, seededFolder } from "../seed.ts";
import { machine, markdownTable, type Row } from "../table.ts";
import { measureLoad, measureThread } from "./measure-load.ts";
import { measureStream } from "./measure-stream.ts";
import { report } from "./report.ts";

/*
 * `npm run bench:page`: the page in a real Chromium before the real server, which is a process of its own. One table,
 * measured in one run, with the targets beside what was measured.
 */

const groups = ["load", "thread", "stream"] as const;

const { values } = parseArgs({
  options: {
    /** A look at everything in a minute. */
    quick: { type: "boolean", default: false },
    /** Only these groups, with commas between. */
    only: { type: "string", default: groups.join(",") },
    /** Puts the table into docs/benchmarks-page.md. */
    write: { type: "boolean", default: false },
    /** Says there that other work ran on the machine. */
    busy: { type: "boolean", default: false },
  },
});
const { quick, write, busy } = values;
const chosen = values.only.split(",");
for (const name of chosen)
  if (!groups.some((group) => group === name))
    throw new Error(`--only knows ${groups.join(", ")}; not ${name}`);

const rows: Row[] = [];
const progress = (text: string) => process.stderr.write(`${text}\n`);
async function run(name: (typeof groups)[number], measure: () => Promise<readonly Row[]>): Promise<void> {
  if (!chosen.includes(name)) return;
  progress(`${name} ...`);
  const found = await measure();
  rows.push(...found);
  for (const { row, measured } of found) progress(`  ${row}: ${measured}`);
}

const folder = copyOf(await seededFolder(20_000, progress));
const upstream = await startScriptedUpstream();
const server = await startServerProcess({ folder, port: await freePort(), upstream: upstream.url });
const browser = await launchChromium();
try {
  await run("load", () => measureLoad(browser, server.url, quick ? 3 : 9));
  await run("thread", () => measureThread(browser, server.url, quick ? 3 : 9));
  const streams = quick ? { tokens: 2_000, rounds: 1 } : { tokens: 10_000, rounds: 3 };
  await run("stream", () => measureStream(browser, server.url, upstream, streams));
} finally {
  await browser.close();
  await server.kill();
  await upstream.close();
  removeFolder(folder);
}

const table = markdownTable(rows);
console.log(`\n${table}\n\n${machine()}`);
if (write) {
  const file = new URL("../../docs/benchmarks-page.md", import.meta.url);
  writeFileSync(file, report({ table, machine: machine(), busy }));
}
