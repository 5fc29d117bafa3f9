import pg from "pg";

/** The tables of a Chat2AnyLLM, as its own set-up script makes them. */
const tables = `
  create table sessions (
    id uuid primary key default gen_random_uuid(),
    title text not null default 'New Chat',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create table messages (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references sessions (id) on delete cascade,
    role text not null check (role in ('user', 'assistant')),
    content text not null,
    created_at timestamptz not null default now()
  );
  create table roles (
    id uuid primary key default gen_random_uuid(),
    name text not null unique,
    instructions text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index on messages (session_id, created_at);
  create function touch_session() returns trigger language plpgsql as $$
    begin update sessions set updated_at = now() where id = new.session_id; return new; end $$;
  create trigger touch after insert on messages for each row execute procedure touch_session();`;

export type Row = { readonly id: string; readonly role: "user" | "assistant"; readonly content: string };
export type Session = {
  readonly id: string;
  readonly title: string;
  readonly created: string;
  readonly updated: string;
  /** A second apart, from `created` on. */
  readonly messages: readonly Row[];
};
export type Role = { readonly id: string; readonly name: string; readonly instructions: string };

/** A UUID that tells what it is of. */
export const uuid = (kind: number, number: number): string =>
  `${String(kind).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`;

/**
 * Makes a database of that name beside the one of the address, and fills it.
 * @returns its address.
 */
export async function makeChat2AnyLlm(
  url: string,
  name: string,
  { sessions, roles = [] }: { readonly sessions: readonly Session[]; readonly roles?: readonly Role[] },
): Promise<string> {
  await run(url, async (client) => void (await client.query(`create database ${name}`)));
  const own = url.replace(/[^/]*$/, name);
  await run(own, async (client) => {
    await client.query(tables);
    await client.query("set session_replication_role = replica"); // the trigger would set today's times
    const insert = (table: string, rows: readonly object[]) =>
      client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
        JSON.stringify(rows),
      ]);
    await insert(
      "sessions",
      sessions.map(({ id, title, created, updated }) => ({
        ...{ id, title, created_at: created, updated_at: updated },
      })),
    );
    await insert(
      "messages",
      sessions.flatMap(({ id: session_id, created, messages }) =>
        messages.map((message, index) => ({
          ...{ ...message, session_id },
          created_at: new Date(Date.parse(created) + index * 1000).toISOString(),
        })),
      ),
    );
    const [created_at, updated_at] = ["2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"];
    await insert(
      "roles",
      roles.map((role) => ({ ...role, created_at, updated_at })),
    );
  });
  return own;
}

async function run(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
