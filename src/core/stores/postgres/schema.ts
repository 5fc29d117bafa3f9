import type pg from "pg";
import { SkeletonError } from "../../../lib/errors.ts";
import type { FullDefinition } from "../definition.ts";
import type { Definitions } from "../engine.ts";
import { recordFields } from "../read-record.ts";
import { COMMITTED, STALE } from "./failures.ts";
import { columnOf, itemsTable, recordsTable, textsTable } from "./names.ts";

/** Raised when the tables change their shape in a way that older versions of this program would damage. */
const FORMAT = 1;

/** Held while tables change; whoever writes holds it together with all others who write. "skel" in ASCII. */
export const SCHEMA_LOCK = 0x736b656c;

const TABLES = ["skeleton_stores", "skeleton_owners", "skeleton_writers", "skeleton_facts"];

/*
 * skeleton_begin is how every transaction that writes begins. It refuses one that was checked with definitions that have
 * changed since, and one that was committed already: a writer counts its transactions, so when a connection is lost
 * while a commit is under way, sending the same number again tells which of the two it was. Whichever of two comes
 * first, the other one waits for its row and fails.
 */
const CREATE = `
  create table skeleton_stores (name text collate "C" primary key, definition text not null);
  create table skeleton_owners (
    user_id text collate "C" primary key, number bigint not null unique generated always as identity
  );
  create table skeleton_writers (name text collate "C" primary key, number bigint not null, seen timestamptz not null);
  create table skeleton_facts (name text collate "C" primary key, value bigint not null);
  insert into skeleton_facts values ('format', ${FORMAT}), ('definitions', 0);
  create function skeleton_begin(writer text, nth bigint, definitions bigint) returns void language plpgsql as $$
  begin
    perform pg_advisory_xact_lock_shared(${SCHEMA_LOCK});
    if definitions <> (select value from skeleton_facts f where f.name = 'definitions') then
      raise exception 'the definitions have changed' using errcode = '${STALE}';
    end if;
    insert into skeleton_writers as w values (writer, nth, now())
      on conflict (name) do update set number = nth, seen = now() where w.number < nth;
    if not found then
      raise exception 'this was committed already' using errcode = '${COMMITTED}';
    end if;
  end $$;
`;

/** Writers that were not heard of for so long have no transaction under way. */
const FORGET = "delete from skeleton_writers where seen < now() - interval '7 days'";

/**
 * Makes the tables that hold what is known about stores, once, whoever comes first.
 * @throws `schema_changed` for a database of a newer program, or one of which a part is missing.
 */
export async function prepareDatabase(client: pg.Client): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(`select pg_advisory_xact_lock(${SCHEMA_LOCK})`);
    await checkEncoding(client);
    const [there] = await rowsOf(
      client,
      "select coalesce(array_agg(t), '{}') from unnest($1::text[]) as t where to_regclass(t) is null",
      [TABLES],
    );
    const missing = there?.[0] as readonly string[];
    if (missing.length === TABLES.length) await client.query(CREATE);
    else if (missing.length > 0) throw incomplete(missing);
    else await checkTables(client);
    await client.query(FORGET);
  });
}

/** @throws `schema_changed` for a database that cannot hold every text. */
export async function checkEncoding(client: pg.Client): Promise<void> {
  const [encoding] = await rowsOf(client, "select current_setting('server_encoding')");
  if (encoding?.[0] === "UTF8") return;
  throw new SkeletonError("schema_changed", `The database keeps its texts as ${encoding?.[0]}.`, {
    hint: "Make one with the encoding UTF8: createdb --encoding UTF8 --template template0 NAME.",
  });
}

/** @throws `schema_changed` for a database of a newer program, or one of which a part is missing. */
export async function checkTables(client: pg.Client): Promise<void> {
  const [format] = await rowsOf(client, "select value from skeleton_facts where name = 'format'");
  if (Number(format?.[0]) > FORMAT)
    throw new SkeletonError(
      "schema_changed",
      `The database has format ${format?.[0]}; this version knows ${FORMAT}.`,
      {
        hint: "Start the newer version of Skeleton that made it.",
      },
    );
  const { definitions } = await readDefinitions(client);
  const wanted = definitions.flatMap((definition) => [
    ...recordFields(definition).map(([field]) => [recordsTable(definition.name), columnOf(field)] as const),
    ...[itemsTable, textsTable].map((table) => [table(definition.name), "record"] as const),
  ]);
  const [lost] = await rowsOf(
    client,
    `select coalesce(array_agg(distinct t.name || '.' || t.field), '{}')
       from unnest($1::text[], $2::text[]) as t (name, field) where not exists (
         select from pg_attribute as a
         where a.attrelid = to_regclass(quote_ident(t.name)) and a.attname = t.field and not a.attisdropped)`,
    [wanted.map(([table]) => table), wanted.map(([, column]) => column)],
  );
  const columns = lost?.[0] as readonly string[];
  if (columns.length > 0) throw incomplete(columns);
}

const incomplete = (missing: readonly string[]) =>
  new SkeletonError("schema_changed", `The database is incomplete: ${missing.join(", ")} is missing.`, {
    hint: "Restore it from a backup as a whole, or give Skeleton an empty database.",
  });

export async function readDefinitions(client: Pick<pg.Client, "query">): Promise<Definitions> {
  // One statement, so that the version is that of the definitions beside it.
  const rows = await rowsOf(
    client,
    `select f.value, s.definition from skeleton_facts as f left join skeleton_stores as s on true
       where f.name = 'definitions' order by s.name`,
  );
  return {
    version: Number(rows[0]?.[0]),
    definitions: rows.flatMap(([, text]) =>
      typeof text === "string" ? [JSON.parse(text) as FullDefinition] : [],
    ),
  };
}

/** Rows as arrays. */
export async function rowsOf(
  client: Pick<pg.Client, "query">,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly (readonly unknown[])[]> {
  return (await client.query<unknown[]>({ text, values: [...values], rowMode: "array" })).rows;
}

/** All or nothing. A change of tables takes the time it takes, and may rest while words are found. */
export async function inTransaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query(`begin; set local statement_timeout = 0; set local lock_timeout = '30s';
    set local idle_in_transaction_session_timeout = '30s'`);
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // a lost connection has rolled back by itself
    throw error;
  }
}
