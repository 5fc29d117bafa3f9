import pg from "pg";
import { databasePlace } from "../../../lib/database-place.ts";
import { SkeletonError } from "../../../lib/errors.ts";
import { halfMoved, type Mark, MOVE_STORE } from "../move/marks.ts";
import { cannotOpen } from "./cannot-open.ts";
import { failureOf } from "./failures.ts";
import { quoted, recordsTable } from "./names.ts";
import { checkEncoding } from "./schema.ts";

/** `made`: its tables are there. */
export type ExaminedDatabase = { readonly made: boolean; readonly found: string };

/** Of a database, what tells whether it can be used. */
type Facts = {
  readonly made: boolean;
  readonly allowed: boolean;
  readonly number: number;
  readonly version: string;
  readonly flushes: boolean;
  readonly free: number;
};

/** The oldest that is known to do. */
const oldest = 14;
/** So many connections a server takes at most. */
const connectionsOfAServer = 9;

/** Connections of others are counted, whatever they do; of those that are kept for administrators, none is to be had. */
const look = `select to_regclass('skeleton_facts') is not null as made,
  has_schema_privilege(current_schema(), 'create') and not pg_is_in_recovery() as allowed,
  current_setting('server_version_num')::int as number,
  split_part(current_setting('server_version'), ' ', 1) as version,
  current_setting('fsync')::bool as flushes,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as free`;

/**
 * For whoever sets up a server: looks at its database and changes nothing.
 * @param needed how many connections are to be had besides.
 * @throws `store_unavailable` or `schema_changed`, for a database that cannot be used.
 */
export async function examineDatabase(url: string, needed = connectionsOfAServer): Promise<ExaminedDatabase> {
  const place = databasePlace(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {}); // the query that waits rejects with it
  try {
    await client.connect();
    await checkEncoding(client);
    const [facts] = (await client.query<Facts>(look)).rows as [Facts];
    check(facts, place);
    if (facts.made) await checkWhole(client);
    const beganAt = performance.now();
    await client.query("select");
    const pingMs = (performance.now() - beganAt).toFixed(1);
    const answers = `${place} answers within ${pingMs} ms: PostgreSQL ${facts.version}`;
    return { made: facts.made, found: [answers, ...remarks(facts, needed)].join("; ") };
  } catch (error) {
    throw cannotOpen(place, failureOf(error));
  } finally {
    await client.end().catch(() => {});
  }
}

function check({ number, version, allowed }: Facts, place: string): void {
  if (number < oldest * 10_000)
    throw new SkeletonError("store_unavailable", `The database ${place} is PostgreSQL ${version}.`, {
      hint: `Take ${oldest} or newer.`,
    });
  if (!allowed)
    throw new SkeletonError("store_unavailable", `Tables cannot be made in ${place}.`, {
      hint: "Let the user own the database, and name the primary server, not a standby.",
    });
}

/** What works, and may not always. */
const remarks = ({ made, flushes, free }: Facts, needed: number): readonly string[] => [
  ...(made ? [] : ["its tables are made on the first start"]),
  ...(flushes ? [] : ["a power cut may ruin it (fsync = off)"]),
  ...(free >= needed
    ? []
    : [`it takes ${free} more connections, and a server has up to ${needed} (max_connections)`]),
];

/** @throws `store_unavailable` for a database into which a move broke off. */
async function checkWhole(client: pg.Client): Promise<void> {
  const marks = quoted(recordsTable(MOVE_STORE));
  const { rows: there } = await client.query("select from pg_class where oid = to_regclass($1)", [marks]);
  if (there.length === 0) return;
  const { rows } = await client.query<Mark>(`select source, state from ${marks} where state = 'moving'`);
  if (rows[0] !== undefined) throw halfMoved(rows[0]);
}
