import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { until } from "../../src/testkit/until.ts";

/** A program of the machine, also one for administrators only; `undefined` when it is not there. */
export const findProgram = (name: string): string | undefined =>
  [...(env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** What is said when a real server is missing: loud enough to be seen among a thousand passing tests. */
export function tellSkipped(name: string, debianPackage: string): string {
  const line = `${name} is not on this machine: its tests are SKIPPED. In Debian: apt-get install ${debianPackage}`;
  process.stderr.write(`\n!!! ${line}\n\n`);
  return line;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a server program and waits until it takes connections. @throws what it said, when it ends before that. */
export async function startProgram(path: string, options: readonly string[], port: number) {
  const child = spawn(path, options, { stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
  const output = () => Buffer.concat(said).toString();
  const ended = once(child, "exit");
  try {
    await until(
      () => `${path} takes connections. It said:\n${output()}`,
      async () => child.exitCode !== null || (await answers(port)),
    );
    if (child.exitCode !== null) throw new Error(`${path} did not start:\n${output()}`);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return {
    /** What it has said so far. */
    output,
    /** It keeps its connections and says nothing. */
    pause: () => child.kill("SIGSTOP"),
    resume: () => child.kill("SIGCONT"),
    async stop() {
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), 3_000);
      await ended;
      clearTimeout(killing);
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
