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
  const guard = child.pid === undefined ? undefined : guardTree(child.pid);
  child.once("exit", () => {
    signalTree(child, "SIGKILL");
    guard?.kill("SIGKILL");
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

/**
 * Asks the tree to end, and ends it a second later, once this process is gone without having done so: after `kill -9` or
 * for want of memory. Most programs end by themselves when their input closes; this is for the others, and for what `npx` left
 * of them. A shell waits for the end of an input that nobody writes to, which only the end of this process brings. That costs
 * 1 MB and asks nothing of the system; on Windows nothing is done.
 */
function guardTree(pid: number): ChildProcess | undefined {
  if (process.platform === "win32") return undefined;
  const script = 'read -r _; kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"';
  const guard = spawn("/bin/sh", ["-c", script, "skeleton-mcp-guard", `${pid}`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // what ends a whole group in a terminal must not end it first
    env: { PATH: process.env.PATH },
  });
  guard.on("error", () => {}); // a system without a shell: the program is left with an input that closes
  guard.stdin.on("error", () => {}); // it was ended
  guard.unref();
  return guard;
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
