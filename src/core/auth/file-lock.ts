import { randomInt } from "node:crypto";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { SkeletonError } from "../../lib/errors.ts";
import { keepOwner } from "./write-file.ts";

const PATIENCE_MS = 10_000;
const SQLITE_BUSY = 5;

/**
 * Does something while no other process (and no other call) holds the lock of this file.
 * The lock is SQLite's on an empty file beside it, `.<name>.lock`: the system lets go of it when its holder dies, so
 * there are no stale locks to guess about. Node has no other call for that.
 * @throws `conflict` after 10 s; the system's error where no file can be made; whatever `task` throws.
 */
export async function withFileLock<T>(path: string, task: () => Promise<T>): Promise<T> {
  const lock = await acquire(join(dirname(path), `.${basename(path)}.lock`), path);
  try {
    return await task();
  } finally {
    lock.close();
  }
}

async function acquire(lockPath: string, path: string): Promise<DatabaseSync> {
  // SQLite would make it too, but says of every failure "unable to open database file".
  const file = await open(lockPath, "a");
  await keepOwner(file, path).finally(() => file.close());
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const lock = new DatabaseSync(lockPath, { timeout: 0 });
    try {
      lock.exec("BEGIN EXCLUSIVE");
      return lock;
    } catch (error) {
      lock.close();
      if ((error as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw error;
      if (performance.now() > giveUpAt)
        throw new SkeletonError(
          "conflict",
          `Somebody else has been changing ${basename(path)} for too long.`,
          {
            hint: "Try again in a moment.",
            cause: error,
          },
        );
    }
    await setTimeout(randomInt(5, 30));
  }
}
