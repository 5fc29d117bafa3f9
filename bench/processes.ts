import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort, startServerProcess } from "../test/crash/server-process.ts";

export type Usage = {
  /** User and system time, in µs. */
  readonly cpuUs: number;
  /** Resident memory in bytes. */
  readonly rss: number;
};

/** A process that is measured, or that serves what is measured. */
export type Measured = {
  readonly url: string;
  usage(): Promise<Usage>;
  /** Memory with nothing in it that could be thrown away, in bytes. */
  rss(): Promise<number>;
  end(): Promise<void>;
};

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const flags = ["--expose-gc", `--import=${new URL("usage-probe.js", import.meta.url).href}`];

/** What `npm start` gives Node. */
const startFlags = ["--max-semi-space-size=8"];

/** The fast upstream, or the byte pipe before it. */
export async function startPart(name: "fast-upstream.ts" | "byte-pipe.ts", upstream = ""): Promise<Measured> {
  const port = await freePort();
  const child = spawn(process.execPath, [...flags, fileOf(name), String(port), upstream], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message"); // it listens
  return measured(child, `http://127.0.0.1:${port}`);
}

/** Skeleton as `skeleton serve` runs it, on a data folder. */
export async function startSkeleton(
  folder: string,
  upstream: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Measured & { readyMs: number }> {
  const options = {
    ...{ folder, env },
    port: await freePort(),
    upstream,
    env,
    nodeFlags: [...startFlags, ...flags],
    entry: fileOf("../dist/src/cli/skeleton.js"),
    ipc: true,
  };
  const { child, url, readyMs, output } = await startServerProcess(options);
  child.once("exit", (code, signal) => {
    if (code !== 0) process.stderr.write(`the server ended with ${code ?? signal}\n${output()}`);
  });
  return { ...measured(child, url), readyMs };
}

function measured(child: ChildProcess, url: string): Measured {
  async function ask(what: string): Promise<Usage> {
    const answer = once(child, "message");
    child.send(what);
    return (await answer)[0] as Usage;
  }
  return {
    url,
    usage: () => ask("usage"),
    rss: async () => (await ask("usage after gc")).rss,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
