import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { packageFolders, resolvePackage } from "../src/core/models/resolve-package.ts";
import { builtInPrompts } from "../src/core/prompts/built-in-prompts.ts";
import { writeTinyGguf } from "../test/support/tiny-gguf.ts";
import { userName } from "./seed.ts";
import { signIn } from "./sign-in.ts";
import { median, quantile } from "./statistics.ts";
import { openStream, skeletonSource } from "./stream-client.ts";
import { atMost, digits, type Row } from "./table.ts";
import { delaysDuring } from "./token-delays.ts";

const tokens = 300;

/** What the server puts before a message: a token takes the longer, the more stands before it. */
const system = builtInPrompts.get("default")?.content ?? "";

/** Whether llama.cpp can be measured here. */
export const hasLlama = (): boolean =>
  resolvePackage("node-llama-cpp", packageFolders("plugins")) !== undefined;

/**
 * Writes into a server's folder a model of a few ms a token, one thread wide, that never ends by itself.
 * @returns the file.
 */
export function writeLocalModel(folder: string): string {
  mkdirSync(join(folder, "models"));
  writeFileSync(
    join(folder, "skeleton.yaml"),
    `models: { local: { settings: { n_threads: 1, n_ctx: 2048, max_tokens: ${tokens} } } }\n`,
  );
  const answer = Array.from({ length: 40 }, (_, index) => ` w${index}`);
  const path = join(folder, "models", "local.gguf");
  return writeTinyGguf(path, { answer, endless: true, layers: 40, width: 1024 });
}

/** A local model through the server against llama.cpp alone, and what other readers notice of it. */
export async function measureLocal(url: string, model: string, rounds: number): Promise<readonly Row[]> {
  const token = await signIn(url, userName(0));
  const source = skeletonSource(url, token);
  const answer = async () => {
    const stream = openStream(source, "local");
    await stream.firstToken;
    const began = performance.now();
    await stream.ended;
    return performance.now() - began;
  };
  await answer(); // it is loaded
  const [plain, served]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    plain.push(...alone(model, 1));
    served.push(await answer());
  }
  const overhead = (median(served) / median(plain) - 1) * 100;
  const speed = (ms: number) => digits(((tokens - 1) / ms) * 1000);
  const quiet = await delaysDuring(url, token, 50, () => sleep(4000));
  const busy = await delaysDuring(url, token, 50, async () => {
    const until = performance.now() + 4000;
    while (performance.now() < until) await answer();
  });
  return [
    atMost(
      "what the server takes of a local model's speed",
      Math.max(0, overhead),
      5,
      "%",
      ` (${speed(median(served))} tokens/s, llama.cpp alone ${speed(median(plain))})`,
    ),
    atMost(
      "token delay of 50 other streams while a local model runs, p99",
      quantile(busy, 0.99),
      20,
      "ms",
      ` (longest ${digits(quantile(busy, 1))} ms; without: ${digits(quantile(quiet, 0.99))}, ${digits(quantile(quiet, 1))} ms)`,
    ),
  ];
}

function alone(model: string, rounds: number): readonly number[] {
  const script = fileURLToPath(new URL("plain-llama.ts", import.meta.url));
  const output = execFileSync(process.execPath, [script, model, String(tokens), String(rounds), system], {
    encoding: "utf8",
  });
  return JSON.parse(output) as readonly number[];
}
