import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Json } from "../../../protocols/json.ts";
import type { Host } from "../../../protocols/plugin.ts";
import type { Tool, ToolContext } from "../../../protocols/tool.ts";
import { createMcpSource } from "./create-mcp-source.ts";

const script = fileURLToPath(new URL("test-server.ts", import.meta.url));
/** The settings of a server with the manners of that name. */
export const manners = (name: string, secret = "") => ({
  command: process.execPath,
  args: [script, name],
  env: { SECRET: secret },
});

/** A pause that lasts until the test says so. */
function pauses() {
  const asked: number[] = [];
  let next = Promise.withResolvers<void>();
  return {
    asked,
    end: () => {
      next.resolve();
      next = Promise.withResolvers();
    },
    wait: (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted();
      asked.push(ms);
      const aborted = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => aborted.reject(signal.reason));
      return Promise.race([next.promise, aborted.promise]);
    },
  };
}

/** The source of a host of its own, and what tests ask of it. */
export async function startMcp<H extends Host & { shutdown(): Promise<void> }>(host: H, connectMs = 1500) {
  const pausing = pauses();
  const source = await createMcpSource(host, { connectMs, graceMs: 100, wait: pausing.wait });
  const tool = async (name: string): Promise<Tool> => {
    const all = await source.tools("me");
    return all.find((each) => each.name === name) ?? assert.fail(`${name} is not among ${all.length}`);
  };
  /** What a call yields, and then what it returns. */
  const call = async (
    name: string,
    args: Record<string, Json> = {},
    signal = new AbortController().signal,
    more: Partial<ToolContext> = {},
  ) => {
    const place = { ...context(host, signal), ...more };
    const running = (await tool(name)).execute(args, place) as AsyncGenerator<string, string>;
    const said: string[] = [];
    for (let step = await running.next(); ; step = await running.next()) {
      said.push(step.value);
      if (step.done) return said;
    }
  };
  const problems = async () =>
    (await source.problems()).map(({ source: of, problem }) => `${of}: ${problem}`);
  const stop = async () => {
    await host.shutdown();
    await source.shutdown?.();
  };
  return { host, source, tool, call, problems, stop, pausing };
}

export const context = (host: Host, signal: AbortSignal) => ({
  userId: "me",
  threadId: "thread",
  turnId: "turn",
  host,
  signal,
});

/** Turn after turn of the event loop until another process has done what is waited for. */
export async function until(there: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await there())) await nextTurn();
}

/** Whether a process runs. One that has ended and that the system has not buried yet does not. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) [ZX]/.test(readFileSync(stat, "utf8"));
}
