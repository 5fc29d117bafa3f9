import type pg from "pg";
import { SkeletonError } from "../../../lib/errors.ts";
import { rowsOf, SCHEMA_LOCK } from "./schema.ts";

/* Whoever writes shares the database with others who write; a move has it alone. Both end with the connection. */

/** Of one database there may be several, each in a schema of its own. */
const LOCK = `(${SCHEMA_LOCK}, hashtext(coalesce(current_schema(), '')))`;

/** How long a move waits, in ms: the server notices a little late that a process was killed. */
const PATIENCE_MS = 2_000;
const LOCK_NOT_AVAILABLE = "55P03";

/** For whoever writes. @throws `store_locked` while a move has the database. */
export async function share(client: pg.Client): Promise<void> {
  const [row] = await rowsOf(client, `select pg_try_advisory_lock_shared${LOCK}`);
  if (row?.[0] !== true)
    throw new SkeletonError("store_locked", "What is in the database is being moved.", {
      hint: "Wait until `skeleton move` has ended.",
    });
}

/** For a move. @param place see databasePlace. @throws `store_locked` while anybody else writes. */
export async function takeAlone(client: pg.Client, place: string): Promise<void> {
  try {
    await client.query(`set lock_timeout = ${PATIENCE_MS}; select pg_advisory_lock${LOCK}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new SkeletonError("store_locked", `${place} is in use.`, {
      hint: "Stop every server and worker that has this database; then move again.",
      cause: error,
    });
  }
}
