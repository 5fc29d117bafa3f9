import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { emptyFolder, removeFolder } from "./seed.ts";
import { median } from "./statistics.ts";
import { atMost, digits, type Row } from "./table.ts";

const count = 200;

const toolText = (at: number) => `interface Place { /** Its name. */ city: string; country?: string }
/**
 * Tells the weather.
 * @param place where
 * @param {integer} days how many
 */
export async function forecast_${at}(place: Place, days = 3, unit?: "c" | "f"): Promise<string> {
  return JSON.stringify({ place, days, unit });
}
`;

/** Loads tool files in new processes: when nothing is known of them yet, and when their schemas were kept. */
export async function measureTools(rounds: number): Promise<readonly Row[]> {
  const folder = await emptyFolder();
  const tools = join(folder, "plugins", "tools");
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(folder, "plugins", "package.json"), `{ "type": "module" }`);
  for (let at = 0; at < count; at += 1) writeFileSync(join(tools, `tool-${at}.ts`), toolText(at));
  const [cold, warm]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    rmSync(join(folder, "tool-schemas.json"), { force: true });
    cold.push(load(folder));
    warm.push(load(folder));
  }
  removeFolder(folder);
  const span = (times: readonly number[]) =>
    ` (${digits(Math.min(...times))} to ${digits(Math.max(...times))})`;
  return [
    atMost(`loading ${count} tools that are new, median`, median(cold), 300, "ms", span(cold)),
    atMost(`loading ${count} tools whose schemas were kept, median`, median(warm), 300, "ms", span(warm)),
  ];
}

function load(folder: string): number {
  const script = fileURLToPath(new URL("load-tools.ts", import.meta.url));
  const output = execFileSync(process.execPath, [script, folder], { encoding: "utf8" });
  const { tookMs, tools } = JSON.parse(output) as { readonly tookMs: number; readonly tools: number };
  if (tools !== count) throw new Error(`${tools} tools were loaded, not ${count}`);
  return tookMs;
}
