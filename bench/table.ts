import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

/** One line of the result. */
export type Row = {
  readonly row: string;
  readonly measured: string;
  /** What it must reach; absent: told for information. */
  readonly target?: string;
  readonly ok?: boolean;
};

/** A number that must not be above a limit. */
export const atMost = (row: string, value: number, limit: number, unit: string, more = ""): Row => ({
  row,
  measured: `${digits(value)} ${unit}${more}`.trim(),
  target: `≤ ${limit} ${unit}`.trim(),
  ok: value <= limit,
});

/** A number that must not be below a limit. */
export const atLeast = (row: string, value: number, limit: number, unit: string): Row => ({
  row,
  measured: `${digits(value)} ${unit}`,
  target: `≥ ${limit} ${unit}`,
  ok: value >= limit,
});

export const digits = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);

export function markdownTable(rows: readonly Row[]): string {
  const cells = rows.map(({ row, measured, target = "", ok }) => [
    row,
    measured,
    target,
    ok === undefined ? "" : ok ? "yes" : "**no**",
  ]);
  const all = [["row", "measured", "target", "ok"], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [line(all[0] ?? []), line(rule), ...cells.map(line)].join("\n");
}

/** What it was measured on, in a line. */
export function machine(): string {
  const [processor] = cpus();
  const model = processor?.model.trim() || "processor without a name";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${model}), ${memory} GB of memory, ${kernel()}, Node ${process.versions.node}`;
}

function kernel(): string {
  try {
    return `Linux ${readFileSync("/proc/sys/kernel/osrelease", "utf8").trim()}`;
  } catch {
    return process.platform;
  }
}
