import pg from "pg";
import { databasePlace } from "../../lib/database-place.ts";
import { SkeletonError } from "../../lib/errors.ts";

/** A connection that reads one state of the database and can write nothing. */
export type Reading = {
  /** Where it leads, without the password. */
  readonly place: string;
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
};

/** The original's settings of a connection, from the environment. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Opens one by the original's own `DATABASE_URL`, `DB_SSL_MODE` and `DB_CONNECTION_TIMEOUT` (ms, default 5000); its
 * other settings are of a pool, and this is a single connection.
 * @throws `bad_input` for an unusable address or setting; `upstream_unreachable`, `upstream_refused`. No text of theirs
 * has the password in it.
 */
export async function openReading(url: string, environment: Environment): Promise<Reading> {
  const place = databasePlace(url);
  const client = new pg.Client({
    connectionString: url,
    application_name: "skeleton import",
    connectionTimeoutMillis: timeoutOf(environment),
    // As the original did: encrypted, but whoever answers is believed.
    ...(environment.DB_SSL_MODE === "require" && { ssl: { rejectUnauthorized: false } }),
  });
  client.on("error", () => {}); // the query that waits, or the next one, rejects with it
  async function rows<Row extends object>(sql: string, values: readonly unknown[] = []) {
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } catch (error) {
      throw failureOf(error, place);
    }
  }
  try {
    await client.connect();
    await client.query("begin isolation level repeatable read read only");
    await client.query("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0");
  } catch (error) {
    await client.end().catch(() => {});
    throw failureOf(error, place);
  }
  return { place, rows, close: () => client.end() };
}

function timeoutOf({ DB_CONNECTION_TIMEOUT: given }: Environment): number {
  if (given === undefined || given.trim() === "") return 5000;
  const timeout = Number(given);
  if (Number.isSafeInteger(timeout) && timeout > 0) return timeout;
  throw new SkeletonError("bad_input", `DB_CONNECTION_TIMEOUT is ${JSON.stringify(given)}.`, {
    hint: "Give it in milliseconds, for example 5000, or leave it out.",
  });
}

/** What PostgreSQL's own codes mean here. */
const refusals: Readonly<Record<string, string>> = {
  "28P01": "Check user name and password, or leave the password out and set PGPASSWORD.",
  "28000": "Check the user name; a server that wants TLS needs DB_SSL_MODE=require.",
  "3D000": "Check the name of the database at the end of the address.",
  "42P01":
    "Check that the address is that of Chat2AnyLLM's own database: it has the tables sessions and messages.",
  "42501": "The user of the address must be allowed to read the tables sessions, messages and roles.",
};

function failureOf(error: unknown, place: string): SkeletonError {
  const { code, message } = causeOf(error);
  const hint = refusals[code];
  if (hint !== undefined)
    return new SkeletonError("upstream_refused", `${place} refuses: ${message}.`, { hint, cause: error });
  const known = /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code);
  if (known)
    return new SkeletonError("upstream_refused", `${place} answers: ${message}.`, {
      hint: "Put that right and import again: what is there already stays as it is.",
      cause: error,
    });
  return new SkeletonError("upstream_unreachable", `${place} cannot be reached: ${message}.`, {
    hint: "Check the address, and that the database runs and can be reached from here; then import again: what is there already stays as it is. A server without TLS refuses DB_SSL_MODE=require.",
    cause: error,
  });
}

/** Of several addresses that were tried, the last one's failure. */
function causeOf(error: unknown): { readonly code: string; readonly message: string } {
  const all = error instanceof AggregateError ? error.errors : [];
  const { code, message } = (all.at(-1) ?? error) as { readonly code?: string; readonly message?: string };
  return { code: code ?? "", message: (message ?? String(error)).replace(/\.$/, "") };
}
