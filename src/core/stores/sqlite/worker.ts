import { getPriority, setPriority } from "node:os";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Connection, openConnection } from "./connection.ts";
import { prepareDatabase, readDefinitions } from "./definitions.ts";
import { failureOf } from "./failures.ts";
import { commitTogether } from "./group-commit.ts";
import type { Numbered, ReadRequest, Reply, Request, WriteRequest } from "./messages.ts";
import { openWriter } from "./open-writer.ts";
import { search } from "./search.ts";

/*
 * A database thread. The one with the role `write` commits whatever has arrived as one group and may also read; `read`
 * and `search` only read, beside it.
 */

export type WorkerSetup = {
  /** `:memory:` for a database that nobody else sees. */
  readonly path: string;
  readonly role: "write" | "read" | "search";
  readonly lockDelaysMs: readonly number[];
  /** Most pages the file may have; for tests of a full disk. */
  readonly maxPages: number | undefined;
};

/** Requests a commit: enough to share a flush, few enough that the first one does not wait for long. */
const GROUP = 500;

const setup = workerData as WorkerSetup;
let connection: Connection | undefined;

const searchNiceness = 10;

/**
 * A search computes for many ms, and where cores are few the thread that relays answers would have to wait for it. On
 * Linux niceness is a thread's own; elsewhere it would be that of the whole server.
 */
function stepBack(): void {
  if (process.platform !== "linux") return;
  try {
    setPriority(Math.max(getPriority(), searchNiceness));
  } catch {
    // A sandbox may forbid it: it is a courtesy, and searches work without.
  }
}

if (setup.role === "search") stepBack();

/** Opened with the first request, so that a failure is that request's answer and the next one tries again. */
function open(): Connection {
  connection ??=
    setup.role === "write"
      ? openWriter(setup, prepareDatabase)
      : openConnection(setup.path, { readOnly: true });
  return connection;
}

function read(request: ReadRequest): unknown {
  if (request.kind === "search") return search(open(), request);
  if (request.kind === "definitions") return readDefinitions(open());
  return open().all(request.statement.sql, ...request.statement.params);
}

/** Everything that has arrived, until it is a group. */
function arrived(first: readonly Numbered<Request>[]): readonly Numbered<Request>[] {
  const requests = [...first];
  while (requests.length < GROUP && parentPort !== null) {
    const next = receiveMessageOnPort(parentPort) as { message: readonly Numbered<Request>[] } | undefined;
    if (next === undefined) break;
    requests.push(...next.message);
  }
  return requests;
}

function attempt(id: number, work: () => unknown): Reply {
  try {
    return { id, result: work() };
  } catch (error) {
    return { id, failure: failureOf(error) };
  }
}

function commit(writes: readonly Numbered<WriteRequest>[]): readonly Reply[] {
  try {
    return commitTogether(open(), writes, setup.lockDelaysMs);
  } catch (error) {
    return writes.map(({ id }) => ({ id, failure: failureOf(error) }));
  }
}

function close(): void {
  // Folds the log back into the file; another process may still be reading, then it does so itself.
  if (setup.role === "write") connection?.database.exec("pragma wal_checkpoint(truncate)");
  connection?.database.close();
  connection = undefined;
}

parentPort?.on("message", (first: readonly Numbered<Request>[]) => {
  const writes: Numbered<WriteRequest>[] = [];
  const rest: Numbered<ReadRequest | { readonly kind: "close" }>[] = [];
  for (const { id, request } of arrived(first)) {
    if (request.kind === "write" || request.kind === "create" || request.kind === "ping")
      writes.push({ id, request });
    else rest.push({ id, request });
  }
  if (writes.length > 0) parentPort?.postMessage(commit(writes));
  for (const { id, request } of rest)
    parentPort?.postMessage([attempt(id, () => (request.kind === "close" ? close() : read(request)))]);
});
