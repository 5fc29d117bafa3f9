import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { getuid } from "node:process";
import { findProgram } from "../test/support/debian-server.ts";

/** Programs that tests start and npm does not bring; the packages of Debian have the same names. */
const programs = ["redis-server", "slapd", "nginx", "caddy", "openssl"] as const;

/** The packages are some 25 MB; a mirror that takes longer than this is none. */
const patienceSeconds = 300;

/**
 * One at a time on a machine. Nothing is started: `policy-rc.d` forbids it, which images have and machines are lent.
 * Lists of packages are fetched only where those that are there do not do, and then one package that is missing does not
 * keep the others away.
 */
const install = `
set -u
exec 9>/var/lock/skeleton-tests && flock -w ${patienceSeconds} 9 || exit 1
trap 'exit 1' INT TERM HUP
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod +x "$policy"
fi
get() { timeout ${patienceSeconds} apt-get install -y -q --no-install-recommends "$@" < /dev/null; }
get "$@" && exit 0
timeout ${patienceSeconds} apt-get update -q || exit 1
failed=0
for package in "$@"; do get "$package" || failed=1; done
exit "$failed"
`;

/**
 * Installs what is missing where it may: as root on Debian, or on what is made of it. A failure is told, and no fault: the
 * tests that need the program say loudly that they are skipped.
 */
export async function installServers(): Promise<void> {
  const missing = programs.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0 || getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
  const begun = performance.now();
  process.stdout.write(`Some tests need ${missing.join(", ")}: installing them with apt-get.\n`);
  const { code, output } = await run("/bin/sh", ["-c", install, "install", ...missing]);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  const absent = missing.filter((name) => findProgram(name) === undefined);
  if (absent.length === 0) process.stdout.write(`✔ servers for tests (${seconds} s)\n`);
  else
    process.stderr.write(`\n!!! apt-get (exit ${code}) did not bring ${absent.join(", ")}:\n${output}\n\n`);
}

function run(path: string, words: readonly string[]) {
  return new Promise<{ readonly code: number | null; readonly output: string }>((resolve, reject) => {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const child = spawn(path, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => output.push(chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: Buffer.concat(output).toString() }));
  });
}
