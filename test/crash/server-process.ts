import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { compiledOnce, program } from "../support/program.ts";

/** A server in a process of its own. */
export type ServerProcess = {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly child: ChildProcess;
  /** From the start of the process to its first good answer, in ms. */
  readonly readyMs: number;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit code, and how long that took. */
  stop(): Promise<{ readonly code: number | null; readonly ms: number }>;
  /** What it wrote to its log. */
  output(): string;
};

export type ServerOptions = {
  /** Where its data, its `skeleton.yaml` and its plugins are. */
  readonly folder: string;
  readonly port: number;
  /** Base address of the model's endpoint. */
  readonly upstream: string;
  /** More flags for node, and with `ipc` a channel to what they load. */
  readonly nodeFlags?: readonly string[];
  readonly ipc?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** The program; default this repository's. */
  readonly entry?: string;
  /** Its command; default `serve`. */
  readonly command?: readonly string[];
  /** How long it may take until it is ready; default 60 s: what cannot start ends by itself. */
  readonly readyWithinMs?: number;
};

/** Starts a server without waiting for it. */
export function spawnServer({
  folder,
  port,
  upstream,
  nodeFlags = [],
  ipc,
  env,
  entry = program,
  command = ["serve"],
}: ServerOptions): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, entry, ...command], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
    env: {
      PATH: process.env.PATH,
      ...compiledOnce,
      DATA_PATH: folder,
      SKELETON_PLUGINS: `${folder}/plugins`,
      SKELETON_HOST: "127.0.0.1",
      SKELETON_PORT: String(port),
      SKELETON_RATE_LIMITS: "off",
      OPENAI_BASE_URL: upstream,
      OPENAI_API_KEY: "not-a-secret",
      LOG_LEVEL: "warn",
      ...env,
    },
  });
}

/** @throws with its output, when the process ends or is not ready in time. */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { readyWithinMs = 60_000 } = options;
  const startedAt = performance.now();
  const child = spawnServer(options);
  const output: string[] = [];
  child.stdout?.on("data", (bytes: Buffer) => output.push(String(bytes)));
  child.stderr?.on("data", (bytes: Buffer) => output.push(String(bytes)));
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${options.port}`;
  while (!(await answers(url))) {
    if (
      child.exitCode !== null ||
      child.signalCode !== null ||
      performance.now() - startedAt > readyWithinMs
    ) {
      child.kill("SIGKILL");
      throw new Error(`The server did not start (exit code ${child.exitCode}).\n${output.join("")}`);
    }
    await sleep(20); // while it starts, the cores are its own
  }
  const readyMs = performance.now() - startedAt;
  return {
    ...{ url, child, readyMs },
    output: () => output.join(""),
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      const askedAt = performance.now();
      child.kill("SIGTERM");
      const [code] = (await exited) as [number | null];
      return { code, ms: performance.now() - askedAt };
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // nobody listens yet
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
