import type { SourceSize } from "./source.ts";

/** Where it is shown, and the clock; a test hands in its own. */
export type ProgressOptions = {
  /** How many there are. */
  readonly total: number;
  /** How that is said; default as messages. */
  readonly amounts?: (done: number, total: number) => string;
  /** A terminal of so many columns: one line that is drawn again. Absent: a line now and then. */
  readonly columns?: number;
  write(text: string): void;
  /** In ms. */
  now(): number;
};

/** A terminal is drawn at most so often, */
const drawMs = 100;
/** and a log file gets a line at most so often. */
const lineMs = 10_000;

/** Before that nobody can say how long it will take. */
const guessAfterMs = 3_000;

export type Progress = {
  readonly at: (messages: number) => void;
  /** Wipes the line, so that what comes next begins on its own. */
  readonly end: () => void;
};

/** Tells how far it is. */
export function showProgress({
  total,
  amounts = inMessages,
  columns,
  write,
  now,
}: ProgressOptions): Progress {
  const begun = now();
  let last = columns === undefined ? begun : Number.NEGATIVE_INFINITY;
  const every = columns === undefined ? lineMs : drawMs;
  return {
    at(messages) {
      const time = now();
      if (time - last < every) return;
      last = time;
      const words = wordsFor(messages, total, time - begun, amounts);
      write(columns === undefined ? `${words}\n` : `\r\x1b[2K${barFor(messages, total, words, columns)}`);
    },
    end() {
      if (columns !== undefined) write("\r\x1b[2K");
    },
  };
}

/** On stderr, as it is. */
export const progressOf = ({ messages }: SourceSize): Progress =>
  showProgress({
    total: messages,
    ...(process.stderr.isTTY && { columns: process.stderr.columns }),
    write: (text) => process.stderr.write(text),
    now: () => performance.now(),
  });

const inMessages = (done: number, total: number): string => `${count(done)} of ${count(total)} messages`;

function wordsFor(done: number, total: number, tookMs: number, amounts: typeof inMessages): string {
  const share = total === 0 ? 1 : Math.min(done / total, 1);
  const percent = `${Math.floor(share * 100)} %`;
  const canGuess = tookMs >= guessAfterMs && share > 0 && share < 1;
  const left = canGuess ? `, ${duration((tookMs / share) * (1 - share))} left` : "";
  return `${percent} (${amounts(done, total)}${left})`;
}

function barFor(done: number, total: number, words: string, columns: number): string {
  const width = Math.min(30, columns - words.length - 4);
  if (width < 5) return words.slice(0, Math.max(columns - 1, 0));
  const full = Math.round((total === 0 ? 1 : Math.min(done / total, 1)) * width);
  return `[${"#".repeat(full)}${"-".repeat(width - full)}] ${words}`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export const count = (number: number): string => number.toLocaleString("en");
