import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { until } from "../../../testkit/until.ts";
import { alive } from "./test-source.ts";

/** Starts a program that neither the end of its input nor a request ends, and a shell between, as `npx` has it. */
const server = `
  const { startTree } = await import(${JSON.stringify(new URL("process-tree.ts", import.meta.url).href)});
  const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid)";
  const args = ["-c", 'trap "" TERM; "$0" -e "$1"; exit 0', process.execPath, deaf];
  const { child } = await startTree({ command: "/bin/sh", args, env: {} }, "ignore");
  child.stdout.once("data", (line) => console.log(JSON.stringify([child.pid, Number(line)])));
`;

const here = { skip: process.platform === "win32" && "nothing is done there" };

test("what a server that was killed had started ends, though it hears nothing", here, async () => {
  const parent = spawn(process.execPath, ["--input-type=module", "-e", server], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(parent.stdout, "data");
  const pids: readonly number[] = JSON.parse(String(line));
  assert.deepEqual(pids.map(alive), [true, true]);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await until("all of them have ended", () => !pids.some(alive));
});

const short = `
  const { startTree } = await import(${JSON.stringify(new URL("process-tree.ts", import.meta.url).href)});
  const { execFileSync } = await import("node:child_process");
  const guards = () => execFileSync("ps", ["-o", "args=", "--ppid", String(process.pid)], { encoding: "utf8" })
    .split("\\n").filter((line) => line.includes("skeleton-mcp-guard")).length;
  const tree = await startTree({ command: process.execPath, args: ["-e", "process.stdin.resume()"], env: {} }, "ignore");
  const during = guards();
  await tree.end(5_000);
  for (let tries = 0; guards() > 0 && tries < 50; tries += 1);
  console.log(JSON.stringify([during, guards()]));
`;

test("whoever watches over a program ends with it", {
  ...here,
  skip: process.platform !== "linux",
}, async () => {
  const parent = spawn(process.execPath, ["--input-type=module", "-e", short], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = await once(parent.stdout, "data");
  assert.deepEqual(JSON.parse(String(said)), [1, 0]);
});
