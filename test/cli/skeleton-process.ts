import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { compiledOnce, moduleOfProgram, program } from "../support/program.ts";

export type RunOptions = {
  /** Working folder; default a new empty one. */
  readonly cwd?: string;
  /** Beside PATH; nothing else of this process's environment reaches the child. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in; default nothing, at its end at once. */
  readonly input?: string;
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  /** Instead of this repository's program. */
  readonly binary?: string;
};

export type Finished = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type SkeletonProcess = {
  readonly child: ChildProcess;
  /** The first match in what it has written on stdout or stderr so far, or will. Rejects when it ends without. */
  find(pattern: RegExp): Promise<RegExpExecArray>;
  finished(): Promise<Finished>;
};

const running = new Set<ChildProcess>();
const folders: string[] = [];

// Whatever a failed test leaves behind.
after(async () => {
  await Promise.all(
    [...running].map((child) => {
      child.kill("SIGKILL");
      return once(child, "close");
    }),
  );
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the tests of this file. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-cli-"));
  folders.push(folder);
  return folder;
}

/**
 * The demo speaks so slowly that a person can read along. A program that runs in `folder` need not wait for it.
 * @param models the module of the built-in models, for a program that is not this repository's.
 */
export function hurryDemo(folder: string, models = moduleOfProgram("core/models/plugin")): void {
  mkdirSync(join(folder, "plugins", "core"), { recursive: true });
  writeFileSync(
    join(folder, "plugins", "core", "hurried-demo.ts"),
    `import { createModelRouter } from ${JSON.stringify(pathToFileURL(models))};
     const create = (host) => createModelRouter(host, { demoPaceMs: 1 });
     export default { role: "model", name: "hurried", priority: 1, create };`,
  );
}

/** Starts the real program as a process of its own. */
export function startSkeleton(args: readonly string[], options: RunOptions = {}): SkeletonProcess {
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), options.binary ?? program, ...args], {
    cwd: options.cwd ?? newFolder(),
    env: { PATH: process.env.PATH ?? "", ...compiledOnce, ...options.env },
  });
  running.add(child);
  const closed = once(child, "close").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const text = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (piece: string) => {
      text[name] += piece;
      for (const listen of listeners) listen();
    });
  }
  child.stdin.on("error", () => {}); // it may end without reading
  child.stdin.end(options.input ?? "");
  return {
    child,
    async find(pattern) {
      const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const match = pattern.exec(text.stdout) ?? pattern.exec(text.stderr);
        if (match) resolve(match);
      };
      listeners.add(look);
      look();
      const ended = closed.then((code) => {
        throw new Error(`It ended with ${code} without ${pattern}: ${JSON.stringify(text)}`);
      });
      return Promise.race([promise, ended]).finally(() => listeners.delete(look));
    },
    finished: async () => ({ code: await closed, ...text }),
  };
}

/** Runs it to its end. */
export const runSkeleton = (args: readonly string[], options: RunOptions = {}): Promise<Finished> =>
  startSkeleton(args, options).finished();

/** Starts a server on a free port. */
export async function startServing(
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<SkeletonProcess & { readonly url: string }> {
  const server = startSkeleton(["serve", "--port", "0", "--host", "127.0.0.1", ...args], options);
  const [, url = ""] = await server.find(/listens on (https?:\/\/\S+)/);
  return { ...server, url };
}
