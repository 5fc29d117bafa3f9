import { type Cleaned, cleanTitle, type StoredMessage, sessionCleaner } from "./clean-session.ts";
import type { Reading } from "./postgres.ts";
import { isStretch, type SourceSize, type SourceThread, type Stretch } from "./source.ts";

/** A row of the table `roles`, its texts as they are stored. */
export type StoredRole = { readonly id: string; readonly name: string; readonly instructions: string };

type StoredSession = {
  readonly id: string;
  readonly title: string;
  readonly created: string;
  readonly updated: string;
};
type MessageRow = StoredMessage & { readonly session_id: string };

/** Whose the sessions become, and how they go on. */
export type Chat2AnyLlmOptions = {
  readonly userId: string;
  readonly model: string;
  /** The roles there are, as `readRoles` gives them. */
  readonly roles: readonly StoredRole[];
  /** The key of the system prompt that a role has become, by its name as it is stored. */
  readonly promptOf: (role: string) => string | undefined;
};

const utc = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export async function measureChat2AnyLlm(reading: Reading): Promise<SourceSize> {
  const [size] = await reading.rows<{ threads: string; messages: string }>(
    "select (select count(*) from sessions) as threads, (select count(*) from messages) as messages",
  );
  return { threads: Number(size?.threads), messages: Number(size?.messages) };
}

/** Oldest first. None where the database is older than roles. */
export async function readRoles(reading: Reading): Promise<readonly StoredRole[]> {
  const [table] = await reading.rows<{ there: boolean }>("select to_regclass('roles') is not null as there");
  if (table?.there !== true) return [];
  return reading.rows<StoredRole>("select id::text, name, instructions from roles order by created_at, id");
}

/** So many sessions are asked for at once, and so many of their messages. */
const sessionsTogether = 200;
const messagesTogether = 200;

/** Sessions by age, each with its messages, oldest first. Never holds more than a few stretches. */
export async function* readSessions(
  reading: Reading,
  options: Chat2AnyLlmOptions,
): AsyncGenerator<Stretch, void> {
  await reading.rows(
    `declare the_sessions no scroll cursor for select id::text, title,
       ${utc("created_at")} as created, ${utc("updated_at")} as updated from sessions order by created_at, id`,
  );
  for (;;) {
    const sessions = await reading.rows<StoredSession>(`fetch ${sessionsTogether} from the_sessions`);
    if (sessions.length === 0) return;
    const messages = readMessages(reading, sessions);
    let next = await messages.next();
    for (const session of sessions) {
      const writer = sessionWriter(session, options);
      while (!next.done && next.value.session_id === session.id) {
        const stretch = writer.add(next.value);
        if (stretch !== undefined) yield stretch;
        next = await messages.next();
      }
      yield writer.end();
    }
  }
}

/** The messages of these sessions, in their order. */
async function* readMessages(
  reading: Reading,
  sessions: readonly StoredSession[],
): AsyncGenerator<MessageRow, void> {
  await reading.rows(
    `declare the_messages no scroll cursor for select id::text, session_id::text, role, content,
       ${utc("created_at")} as created from messages where session_id = any($1::uuid[])
       order by array_position($1::uuid[], session_id), created_at, id`,
    [sessions.map(({ id }) => id)],
  );
  for (;;) {
    const rows = await reading.rows<MessageRow>(`fetch ${messagesTogether} from the_messages`);
    if (rows.length === 0) break;
    yield* rows;
  }
  await reading.rows("close the_messages");
}

/** Makes stretches of the messages of one session. */
function sessionWriter(session: StoredSession, { userId, model, roles, promptOf }: Chat2AnyLlmOptions) {
  const clean = sessionCleaner(new Map(roles.map(({ name, instructions }) => [name, instructions])));
  let thread: SourceThread | undefined;
  let held: Cleaned[] = [];
  let characters = 0;
  let first: { readonly stored: string; readonly written: string } | undefined;
  let role: string | undefined;

  function stretch(last: boolean): Stretch {
    // What answers is that of the last question known when the thread is begun: of nearly every one, the very last.
    thread ??= {
      ...{ id: session.id, userId, model, created: session.created, updated: session.updated },
      title: cleanTitle(session.title, first),
      systemPrompt: (role === undefined ? undefined : promptOf(role)) ?? "default",
      archived: false,
    };
    const messages = held.flatMap(({ message }) => message ?? []);
    const read = held.length;
    held = [];
    characters = 0;
    return { thread, messages, read, last };
  }

  return {
    add(row: MessageRow): Stretch | undefined {
      const cleaned = clean(row);
      if (row.role === "user") {
        role = cleaned.role;
        first ??= { stored: row.content, written: cleaned.message?.content ?? "" };
      }
      held.push(cleaned);
      characters += row.content.length;
      return isStretch(held.length, characters) ? stretch(false) : undefined;
    },
    end: () => stretch(true),
  };
}
