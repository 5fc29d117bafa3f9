import { readFileSync } from "node:fs";

const file = new URL("../../docs/benchmarks.md", import.meta.url);

/** What docs/benchmarks.md says, as far as sizes are worked out from it. */
export type Figures = {
  /** µs of CPU of a token, the turn's begin and end in it, with 200 streams. */
  readonly tokenUs: number;
  /** Of a server that does nothing, in MB. */
  readonly idleMb: number;
  /** Of an open stream, in kB. */
  readonly streamKb: number;
  readonly jobsASecond: number;
};

/** @throws when a row is missing or says something else. */
export function readFigures(text = readFileSync(file, "utf8")): Figures {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const figure = (row: string, pattern: RegExp): number => {
    const found = rows.findLast((line) => line.startsWith(`| ${row}`)); // the last one is that of 200 streams
    const [, value] = pattern.exec(found ?? "") ?? [];
    if (value === undefined) throw new Error(`docs/benchmarks.md has no figure in the row "${row}".`);
    return Number(value);
  };
  return {
    tokenUs: figure("the same over whole answers", /\(([\d.]+) µs/),
    idleMb: figure("idle memory", /([\d.]+) MB RSS/),
    streamKb: figure("memory an open stream", /\(([\d.]+) kB/),
    jobsASecond: figure("jobs answered a second", /([\d.]+) \/s/),
  };
}
