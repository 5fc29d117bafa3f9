import { beginImmediate } from "./begin.ts";
import type { Connection } from "./connection.ts";
import { createStore, definitionsVersion } from "./definitions.ts";
import { failureOf, StaleDefinitions } from "./failures.ts";
import type { Numbered, Reply, WriteRequest } from "./messages.ts";
import { writeStep } from "./write-steps.ts";

/**
 * Everything that has arrived, in one transaction: one flush to the disk serves them all. Each request has a savepoint
 * of its own, so what one of them does wrong leaves the others alone. The replies may be sent once this returns.
 */
export function commitTogether(
  connection: Connection,
  requests: readonly Numbered<WriteRequest>[],
  lockDelaysMs: readonly number[],
): readonly Reply[] {
  const { database, run } = connection;
  try {
    beginImmediate(connection, lockDelaysMs);
    const replies: Reply[] = [];
    for (const { id, request } of requests) {
      run("savepoint request");
      try {
        replies.push({ id, result: answer(connection, request) });
      } catch (error) {
        // A full disk can make SQLite give up the whole transaction, and with it the requests before this one.
        if (!database.isTransaction) throw error;
        run("rollback to request");
        replies.push({ id, failure: failureOf(error) });
      }
      run("release request");
    }
    run("commit");
    return replies;
  } catch (error) {
    if (database.isTransaction) run("rollback");
    const failure = failureOf(error);
    if (requests.length === 1 || failure.code === "store_locked")
      return requests.map(({ id }) => ({ id, failure }));
    // One of them was too much: each gets its own chance.
    return requests.flatMap((request) => commitTogether(connection, [request], lockDelaysMs));
  }
}

function answer(connection: Connection, request: WriteRequest): unknown {
  switch (request.kind) {
    case "write":
      if (request.version !== definitionsVersion(connection)) throw new StaleDefinitions();
      return request.steps.map((step) => writeStep(connection, step));
    case "create":
      return createStore(connection, request);
    case "ping":
      return connection.run("update skeleton_facts set value = value + 1 where name = 'pings'");
  }
}
