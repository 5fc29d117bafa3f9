import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** What a command touches of the process around it; a test hands in its own. */
export type Surroundings = {
  /** Where `skeleton.yaml` and `.env` are looked for. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
  /** Everything on stdin. */
  readAll(): Promise<string>;
  /** A line typed by a person and not shown; `undefined` when there is no terminal to type at. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Of a new password's hash; absent: the usual one. */
  readonly hashCost?: number;
  /** The exit code shall be 1 once all is done. */
  fail(): void;
  /** Ends the process at once. */
  exit(code: number): never;
};

export const processSurroundings: Surroundings = {
  cwd: process.cwd(),
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
  // Ctrl-C and Ctrl-D only close the interface, and the question would never be answered.
  const left = new Promise<never>((_resolve, reject) => {
    lines.once("close", () => reject(new Error("Nothing was typed, and nothing was changed.")));
  });
  try {
    return await Promise.race([lines.question(""), left]);
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
