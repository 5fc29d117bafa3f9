import pg from "pg";
import { databasePlace } from "../../../lib/database-place.ts";
import { SkeletonError } from "../../../lib/errors.ts";
import { halfMoved, type Mark, MOVE_STORE } from "../move/marks.ts";
import { cannotOpen } from "./cannot-open.ts";
import { failureOf } from "./failures.ts";
import { quoted, recordsTable } from "./names.ts";

/** For whoever sets up a server: looks at its database and changes nothing. @returns what was found, in words. */
export async function examineDatabase(url: string): Promise<string> {
  const place = databasePlace(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // the query that waits rejects with it
  try {
    await client.connect();
    const { rows } = await client.query<{ made: boolean; allowed: boolean }>(
      `select to_regclass('skeleton_facts') is not null as made,
         has_schema_privilege(current_schema(), 'create') and not pg_is_in_recovery() as allowed`,
    );
    const [{ made, allowed } = { made: false, allowed: false }] = rows;
    if (!allowed)
      throw new SkeletonError("store_unavailable", `Tables cannot be made in ${place}.`, {
        hint: "Let the user own the database, and name the primary server, not a standby.",
      });
    if (made) await checkWhole(client);
    return made ? `${place} answers` : `${place} answers; its tables are made on the first start`;
  } catch (error) {
    throw cannotOpen(place, failureOf(error));
  } finally {
    await client.end().catch(() => {});
  }
}

/** @throws `store_unavailable` for a database into which a move broke off. */
async function checkWhole(client: pg.Client): Promise<void> {
  const marks = quoted(recordsTable(MOVE_STORE));
  const { rows: there } = await client.query("select from pg_class where oid = to_regclass($1)", [marks]);
  if (there.length === 0) return;
  const { rows } = await client.query<Mark>(`select source, state from ${marks} where state = 'moving'`);
  if (rows[0] !== undefined) throw halfMoved(rows[0]);
}
