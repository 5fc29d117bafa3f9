import { Worker } from "node:worker_threads";
import type { Logger } from "../../../protocols/plugin.ts";
import { LOCK_DELAYS_MS } from "./begin.ts";
import { type Link, openLink } from "./link.ts";
import type { WorkerSetup } from "./worker.ts";

export type DatabaseSetup = {
  /** The file, or `:memory:` for a database that is gone afterwards. */
  readonly path: string;
  readonly log: Logger;
  /** Waits for a lock that another process holds. Default: 20 ms doubling, seven times. */
  readonly lockDelaysMs?: readonly number[];
  /** Most pages the file may have. Default: as many as the disk holds. */
  readonly maxPages?: number;
};

/** The threads of one database, by what they are asked. */
export type DatabaseThreads = { readonly write: Link; readonly read: Link; readonly search: Link };

/**
 * One thread writes; two read, so that a slow search keeps no quick read waiting. They start when they are first
 * needed. A database in memory belongs to one connection, so there the writer reads too.
 */
export function openThreads({
  path,
  log,
  lockDelaysMs = LOCK_DELAYS_MS,
  maxPages,
}: DatabaseSetup): DatabaseThreads {
  // Beside this file with its own ending: .ts as it is, .js once compiled.
  const script = new URL(`./worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
  const link = (role: WorkerSetup["role"]) => {
    const workerData: WorkerSetup = { path, role, lockDelaysMs, maxPages };
    return openLink(() => new Worker(script, { workerData }), { log, restart: path !== ":memory:" });
  };
  const write = link("write");
  if (path === ":memory:") return { write, read: write, search: write };
  return { write, read: link("read"), search: link("search") };
}
