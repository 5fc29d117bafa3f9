import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freePort, startProgram, tellSkipped } from "./debian-server.ts";

const program = findProgram("redis-server");

/** For `describe`: why its tests are skipped, or `false`. */
export const skipWithoutRedis = program === undefined && tellSkipped("redis-server", "redis-server");

export type TestRedis = Awaited<ReturnType<typeof startRedis>>;

/** A Redis of its own, in memory alone, with a password. One start takes a tenth of a second: make it once a file. */
export async function startRedis() {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-redis-"));
  const port = await freePort();
  const password = "p-ss-w-rd";
  const options = [
    ...["--port", String(port), "--bind", "127.0.0.1", "--requirepass", password],
    ...["--save", "", "--appendonly", "no", "--dir", folder],
  ];
  const begin = () => startProgram(program ?? "", options, port);
  let running = await begin();
  return {
    ...{ port, password },
    url: `redis://:${password}@127.0.0.1:${port}`,
    /** Ends it, with all that it held. */
    stop: () => running.stop(),
    async startAgain() {
      running = await begin();
    },
    pause: () => running.pause(),
    resume: () => running.resume(),
    async remove() {
      await running.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
