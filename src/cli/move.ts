import { Command } from "commander";
import pino from "pino";
import type { Compared } from "../core/stores/move/compare-stores.ts";
import { type Moved, moveStore } from "../core/stores/move/move-store.ts";
import { count, type Progress, showProgress } from "./import/progress.ts";

/** `skeleton move`: everything in the store, from one database to another. */
export function moveCommand(): Command {
  return new Command("move")
    .description(
      "Move everything that is stored, of all users, into an empty database. Stop the server first. A move that broke off goes on when it is given again.",
    )
    .requiredOption("--from <address>", "sqlite:FILE or postgres://USER@HOST:5432/DATABASE; stays as it is")
    .requiredOption("--to <address>", "the same; empty, or what an earlier move from there has begun")
    .allowExcessArguments(false)
    .action(async (addresses: { readonly from: string; readonly to: string }) => {
      process.title = "skeleton move"; // the arguments, which others on this machine can list, may have a password
      const told = progress();
      const moved = await moveStore({
        ...addresses,
        log: pino({ level: "silent" }),
        now: () => new Date(),
        onProgress: told.at,
      }).finally(told.end);
      process.stdout.write(`${summary(moved)}\n`);
    });
}

/** A bar, or lines, for each phase, on stderr. */
function progress() {
  let shown: { readonly phase: string; readonly bar: Progress } | undefined;
  return {
    at(phase: "copying" | "comparing", done: number, total: number): void {
      if (shown?.phase !== phase) {
        shown?.bar.end();
        shown = { phase, bar: barOf(phase, total) };
      }
      shown.bar.at(done);
    },
    end: () => shown?.bar.end(),
  };
}

const barOf = (phase: string, total: number): Progress =>
  showProgress({
    total,
    amounts: (done, all) => `${phase}, ${count(done)} of ${count(all)}`,
    ...(process.stderr.isTTY && { columns: process.stderr.columns }),
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  });

function summary({ from, to, stores }: Moved): string {
  const width = Math.max(...[...stores.keys()].map((name) => name.length));
  const line = ([name, { records, items, texts, checksum }]: readonly [string, Compared]) =>
    `${name.padEnd(width)}  ${count(records)} records, ${count(items)} items, ${count(texts)} texts to search, ${checksum.slice(0, 16)}`;
  return [
    ...[...stores].map(line),
    `Everything in ${from} is in ${to}: all of it was compared.`,
    "Start the server with the new one, and keep the old one until you are content.",
  ].join("\n");
}
