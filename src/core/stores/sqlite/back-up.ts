import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { SkeletonError } from "../../../lib/errors.ts";

/** 32 MiB of a database of ours; between two such steps the process can be ended. */
const pagesAtOnce = 4096;

/**
 * Copies a database, while servers read and write it, as it is at one moment: what was acknowledged before the call is in
 * it. The copy is one file without a log beside it, its owner's alone, looked through for faults and flushed; it takes
 * the place of a file of that name once it is whole. Until then the log of the database may grow.
 * @returns its size in bytes.
 * @throws `bad_input` when there is no such database, or `to` is that database itself; `store_unavailable` when it is
 * damaged, or the copy cannot be written.
 */
export async function backUpDatabase(from: string, to: string): Promise<number> {
  const source = await stat(from).catch(() => undefined);
  if (source === undefined)
    throw new SkeletonError("bad_input", `There is no database at ${from}.`, {
      hint: "Name the data folder of the server with --data or DATA_PATH.",
    });
  const target = await stat(to).catch(() => undefined);
  if (target !== undefined && target.ino === source.ino && target.dev === source.dev)
    throw new SkeletonError("bad_input", `${to} is the database itself.`, { hint: "Name another file." });
  const part = `${to}.part`;
  try {
    await rm(part, { force: true });
    await (await open(part, "wx", 0o600)).close(); // made before anything is in it, so that nobody else can read it
    await copy(from, part);
    await flush(part);
    const { size } = await stat(part);
    await rename(part, to);
    await flush(dirname(to));
    return size;
  } catch (cause) {
    await rm(part, { force: true });
    throw new SkeletonError("store_unavailable", `${to} was not written: ${(cause as Error).message}.`, {
      hint: "See that its folder is there, may be written to and has room, and that the database is sound.",
      cause,
    });
  }
}

async function copy(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    // The whole copy is of this moment. Without it, it would begin again whenever somebody writes.
    source.exec("begin; select count(*) from sqlite_schema");
    await backup(source, to, { rate: pagesAtOnce });
  } finally {
    source.close();
  }
  const copied = new DatabaseSync(to);
  try {
    copied.exec("pragma journal_mode = delete"); // what is put back is one file; the server gives it its log again
    const fault = copied.prepare("pragma integrity_check(1)").get()?.integrity_check;
    if (fault !== "ok") throw new Error(`the copy is damaged: ${String(fault)}`);
  } finally {
    copied.close();
  }
}

async function flush(path: string): Promise<void> {
  const file = await open(path);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
