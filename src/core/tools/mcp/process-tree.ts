import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { within } from "../../../lib/time-limit.ts";

export type Program = {
  readonly command: string;
  readonly args: readonly string[];
  /** All its variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
};

/** A program and whatever it starts, which end together. */
export type ProcessTree = {
  readonly child: ChildProcess;
  /** How it ended, once it and all its pipes have. */
  readonly ended: Promise<string>;
  /** Closes its input, asks it to end, ends it, with `graceMs` between; resolves when nothing of it is left. */
  end(graceMs: number): Promise<void>;
};

/** What holds a pipe of a program that has ended is not waited for. In ms. */
const PIPE_GRACE_MS = 500;

/** @throws Node's error, for example `ENOENT`, when it cannot be started. */
export async function startTree(program: Program, stderr: "pipe" | "ignore"): Promise<ProcessTree> {
  const child = spawn(program.command, program.args, {
    env: program.env,
    stdio: ["pipe", "pipe", stderr],
    // A group of its own: `npx` starts a shell that starts the server, and a signal has to reach them all. It also
    // keeps Ctrl-C in the terminal from ending servers before the calls that wait for them.
    detached: process.platform !== "win32",
    windowsHide: true,
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
  });
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) =>
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
  });
  child.once("exit", () => {
    signalTree(child, "SIGKILL");
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, PIPE_GRACE_MS).unref();
  });
  child.stdin?.on("error", () => {}); // it closed its input: a call that waits hears of it when it ends
  await once(child, "spawn");
  child.on("error", () => {}); // a signal that could not be sent

  async function end(graceMs: number): Promise<void> {
    child.stdin?.end();
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      if ((await within(graceMs, ended, undefined)) !== undefined) return;
      signalTree(child, signal);
    }
    await ended;
  }

  return { child, ended, end };
}

function signalTree(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: it has ended, which was wanted. EPERM: the same on macOS, or it is another user's by now.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
