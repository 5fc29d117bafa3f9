/**
 * `npm test`: builds page and package if they are stale, beside it checks types, style, layers and dead code, and once it is
 * built runs every test, many files in one process, and ends with the summary of node's test runner. Exits 1 when anything
 * failed. What tests need of other servers (Redis, OpenLDAP, nginx, Caddy) is installed meanwhile where that may be.
 * `npm test -- 'src/host/*.test.ts'` runs only those tests, `npm test -- --static` everything but tests.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { groupTests } from "./group-tests.ts";
import { installServers } from "./install-servers.ts";

type Check = {
  readonly name: string;
  /** What runs, on this same node: `npm ci` brings it, and the machine's own may be too old. */
  readonly command: readonly string[];
  /** Output of a run that ended well without having looked at anything. */
  readonly blind?: RegExp;
};

const root = fileURLToPath(new URL("..", import.meta.url));
const env = {
  // Each test file is a process and each store a thread, and all load the same modules: they are compiled once.
  NODE_COMPILE_CACHE: `${root}node_modules/.cache/compiled`,
  ...process.env,
  PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
};
const bin = (name: string) => `node_modules/.bin/${name}`;
const there = (...paths: readonly string[]) =>
  paths.filter((path) => existsSync(new URL(`../${path}`, import.meta.url)));

/** What ships, the page in it: processes of tests run it, since it starts in half the time that the source takes. */
const build: Check = { name: "build", command: ["scripts/build-package.ts", "--if-stale"] };

const staticChecks: readonly Check[] = [
  { name: "types", command: [bin("tsc"), "-p", "."] },
  ...there("web/tsconfig.json").map(() => ({
    name: "types of the page",
    command: [bin("tsc"), "-p", "web"],
  })),
  { name: "style", command: [bin("biome"), "check", "--error-on-warnings", "."] },
  {
    name: "layers",
    command: [
      bin("depcruise"),
      "--config",
      ".dependency-cruiser.json",
      ...there("src", "web/src", "plugin-library", "bench", "scripts", "test"),
    ],
    blind: /missing-swc-transpiler|\(0 modules/, // without @swc/core it finds no program and calls that no violation
  },
  { name: "dead code", command: [bin("knip"), "--no-progress"] },
];

/** 2 min: the longest tests start servers and browsers, on machines that are busy with other tests. */
const testTimeoutMs = 120_000;

/**
 * 45 min: all tests take six on two cores of their own. Their processes end by themselves long before (`end-of-tests.ts`), but for
 * one that spins; node names its file when it is told to stop.
 */
const runTimeoutMs = 45 * 60_000;

const runTests = (patterns: readonly string[]): readonly string[] => [
  "--test",
  "--disable-warning=ExperimentalWarning", // of a local storage that keeps nothing, in unit tests of the page
  `--test-timeout=${testTimeoutMs}`,
  // More than there are cores: while a test waits for a browser or a server, another one works.
  `--test-concurrency=${availableParallelism() + 2}`,
  "--test-reporter=./scripts/quiet-reporter.ts",
  "--test-reporter-destination=stdout",
  ...patterns,
];

async function main(asked: readonly string[]): Promise<boolean> {
  const staticOnly = asked.includes("--static");
  if (asked.length > 0 && !staticOnly) return (await start(runTests(asked), "inherit")).code === 0;
  const installing = staticOnly ? undefined : installServers();
  const checking = Promise.all(staticChecks.map(passes));
  const built = await passes(build);
  const isWell = async () => (await checking).every(Boolean) && built;
  if (staticOnly || !built) return isWell();
  await installing;
  const folder = mkdtempSync(join(tmpdir(), "skeleton-tests-"));
  const tests = await start(runTests(groupTests(root, folder)), "inherit");
  rmSync(folder, { recursive: true });
  return (await isWell()) && tests.code === 0;
}

/** One line when it is well, everything it said when it is not. */
async function passes({ name, command, blind }: Check): Promise<boolean> {
  const begun = performance.now();
  const { code, output } = await start(command, "pipe");
  const unseeing = blind?.test(output) === true;
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  if (code === 0 && !unseeing) {
    process.stdout.write(`✔ ${name} (${seconds} s)\n`);
    return true;
  }
  const why = unseeing ? "looked at nothing" : "failed";
  process.stdout.write(`✖ ${name} ${why} (${seconds} s): ${command.join(" ")}\n${output}\n`);
  return false;
}

type Ended = { readonly code: number | null; readonly output: string };

function start(command: readonly string[], stdio: "pipe" | "inherit"): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const timeout = runTimeoutMs;
    const child = spawn(process.execPath, command, {
      cwd: root,
      env,
      stdio: ["ignore", stdio, stdio],
      timeout,
    });
    const output: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
