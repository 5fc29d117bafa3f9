import { readFileSync } from "node:fs";

const file = new URL("../../docs/benchmarks.md", import.meta.url);

/** What docs/benchmarks.md says, as far as sizes are worked out from it. */
export type Figures = {
  /** µs of CPU of a token, the turn's begin and end in it, with 200 streams. */
  readonly tokenUs: number;
  /** How much more a token takes where instances share a PostgreSQL and a Redis, both with 50 streams. */
  readonly shared: number;
  /** Of a server that does nothing, in MB. */
  readonly idleMb: number;
  /** Of an open stream, in kB. */
  readonly streamKb: number;
  readonly jobsASecond: number;
};

/** @throws when a row is missing or says something else. */
export function readFigures(text = readFileSync(file, "utf8")): Figures {
  const rows = text.split("\n").filter((line) => line.startsWith("| "));
  const figure = (row: string, pattern: RegExp, nth = 0): number => {
    const found = rows.filter((line) => line.startsWith(`| ${row}`))[nth];
    const [, value] = pattern.exec(found ?? "") ?? [];
    if (value === undefined) throw new Error(`docs/benchmarks.md has no figure in the row "${row}".`);
    return Number(value);
  };
  const [of50, of200] = [0, 1].map((nth) => figure("the same over whole answers", /\(([\d.]+) µs/, nth)) as [
    number,
    number,
  ];
  return {
    tokenUs: of200,
    shared: figure("two instances relay", /a token costs ([\d.]+) µs/) / of50,
    idleMb: figure("idle memory", /([\d.]+) MB RSS/),
    streamKb: figure("memory an open stream", /\(([\d.]+) kB/),
    jobsASecond: figure("jobs answered a second", /([\d.]+) \/s/),
  };
}
