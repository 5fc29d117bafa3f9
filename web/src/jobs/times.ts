import type { JobEntry } from "../api/wire.ts";
import { parseTime } from "../lib/times.ts";

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
] as const;

/** In the greatest unit that tells enough: "40 ms", "1.4 s", "12 s", "3 min", "5 h", "2 d". */
export function msText(ms: number): string {
  const [size, unit] = units.find(([size]) => ms >= (size === 1_000 ? size : 1.5 * size)) ?? [1, "ms"];
  const amount = ms / size;
  const maximumFractionDigits = unit === "s" && amount < 9.95 ? 1 : 0;
  return `${amount.toLocaleString(document.documentElement.lang, { maximumFractionDigits })}\u00a0${unit}`;
}

/** How long a job has been there, in whole seconds: tenths would only flicker. */
export const ageOf = ({ created_at }: JobEntry, now: number): number =>
  Math.max(1_000, Math.floor((now - parseTime(created_at).getTime()) / 1_000) * 1_000);

/** How long its newest attempt ran, or has run by now; `undefined` where none began. */
export function durationOf({ state, started_at, finished_at }: JobEntry, now: number): number | undefined {
  if (started_at === null || (finished_at === null && state !== "processing")) return undefined;
  const end = finished_at === null ? now : parseTime(finished_at).getTime();
  return Math.max(0, end - parseTime(started_at).getTime());
}

export const momentText = (time: string): string =>
  new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" }).format(
    parseTime(time),
  );
