import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** What a command touches of the process around it; a test hands in its own. */
export type Surroundings = {
  readonly env: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
  /** Everything on stdin. */
  readAll(): Promise<string>;
  /** A line typed by a person and not shown; `undefined` when there is no terminal to type at. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** The exit code shall be 1 once all is done. */
  fail(): void;
  /** Ends the process at once. */
  exit(code: number): never;
};

export const processSurroundings: Surroundings = {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readAll: () => text(process.stdin),
  get ask() {
    return process.stdin.isTTY && process.stderr.isTTY ? askHidden : undefined;
  },
  fail: () => {
    process.exitCode = 1;
  },
  exit: (code) => process.exit(code),
};

/** The question goes to stderr, so that stdout can be piped; what is typed goes nowhere. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
