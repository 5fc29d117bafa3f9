import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { SkeletonError } from "../../lib/errors.ts";
import type { MessageRole, NewMessage } from "../../protocols/threads.ts";
import { conversationHash, readContext, saysTheSame } from "./python-context.ts";
import { isStretch, type SourceSize, type SourceThread, type Stretch } from "./source.ts";

/** The original's database, read as it was when it was opened. */
export type SkeletonSource = {
  readonly size: SourceSize;
  /** The owners of threads, with how many each has. */
  readonly users: ReadonlyMap<string, number>;
  /** Messages that cannot be read, so far. */
  readonly unreadable: () => number;
  /**
   * Threads by age, each with its messages in order.
   * @param userHere whose a thread becomes, by its owner's name there; `undefined` leaves it out.
   */
  stretches(userHere: (user: string) => string | undefined): AsyncGenerator<Stretch, void>;
  close(): void;
};

type ThreadRow = {
  readonly id: string;
  readonly user_id: string;
  readonly title: string | null;
  readonly model: string | null;
  readonly system_prompt: string | null;
  readonly is_archived: number | null;
  readonly created_at: string;
  readonly updated_at: string;
};
type ItemRow = { readonly id: string; readonly item_json: string; readonly created_at: string };

/** @throws `bad_input` when there is no such file, or it is something else. */
export function openSkeletonSource(path: string): SkeletonSource {
  if (!existsSync(path))
    throw new SkeletonError("bad_input", `There is no file ${path}.`, {
      hint: "Give the original's database: skeleton.db in its DATA_PATH, unless SQLITE_DB_FILENAME said otherwise.",
    });
  const { database, leave } = openAnywhere(path);
  try {
    return { ...readFrom(database), close: leave };
  } catch (error) {
    leave();
    throw error;
  }
}

type Opened = { readonly database: DatabaseSync; readonly leave: () => void };

/**
 * SQLite reads a database in WAL mode only where it may write the files beside it: one in a folder of which that cannot be
 * said, such as a mounted backup, is copied first.
 */
function openAnywhere(path: string): Opened {
  try {
    const database = openDatabase(path);
    return { database, leave: () => database.close() };
  } catch (error) {
    if (!mayNotWrite((error as Error).cause)) throw error;
    const folder = mkdtempSync(join(tmpdir(), "skeleton-import-"));
    const remove = () => rmSync(folder, { recursive: true });
    const copy = join(folder, basename(path));
    try {
      copyFileSync(path, copy);
      if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
      const database = openDatabase(copy);
      return {
        database,
        leave() {
          database.close();
          remove();
        },
      };
    } catch {
      remove();
      throw error; // which names the file that was asked for
    }
  }
}

/** `SQLITE_READONLY` or `SQLITE_CANTOPEN`, whatever more they say (https://www.sqlite.org/rescode.html). */
const mayNotWrite = (cause: unknown): boolean =>
  [8, 14].includes(((cause as { readonly errcode?: number } | undefined)?.errcode ?? 0) & 0xff);

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const tables = database
      .prepare(
        "select name from sqlite_master where name in ('ChatHistoryThreads', 'ChatHistoryThreads_messages')",
      )
      .all();
    if (tables.length === 2) return database;
  } catch (error) {
    database?.close();
    throw new SkeletonError("bad_input", `${path} cannot be read: ${(error as Error).message}.`, {
      hint: "Stop the original, or copy its database with the files beside it (-wal, -shm) to a folder you may write to.",
      cause: error,
    });
  }
  database.close();
  throw new SkeletonError("bad_input", `${path} holds no threads of the original.`, {
    hint: "Give the database of the Python server. What this server keeps goes by `skeleton export` and `skeleton import FILE`.",
  });
}

function readFrom(database: DatabaseSync): Omit<SkeletonSource, "close"> {
  database.exec("begin"); // everything is read of one state, though the original may be running
  const count = (table: string) =>
    Number(database.prepare(`select count(*) as n from "${table}"`).get()?.n ?? 0);
  const owners = database
    .prepare('select user_id, count(*) as n from "ChatHistoryThreads" group by user_id order by user_id')
    .all() as { user_id: string; n: number }[];
  // Made with the first message, so a file without it has no threads with any.
  const contexts = database.prepare("select 1 from sqlite_master where name = 'ThreadContext'").get()
    ? database.prepare('select context from "ThreadContext" where id = ?')
    : undefined;
  let unreadable = 0;

  async function* stretches(userHere: (user: string) => string | undefined): AsyncGenerator<Stretch, void> {
    const threads = database
      .prepare(
        `select id, user_id, title, model, system_prompt, is_archived, created_at, updated_at
           from "ChatHistoryThreads" order by created_at, id`,
      )
      .iterate() as Iterable<ThreadRow>;
    for (const row of threads) {
      const userId = userHere(row.user_id);
      if (userId !== undefined) yield* stretchesOf(threadOf(row, userId));
    }
  }

  function* stretchesOf(thread: SourceThread): Generator<Stretch, void> {
    const items = database
      .prepare(
        `select id, item_json, created_at from "ChatHistoryThreads_messages"
           where parent_id = ? order by order_index`,
      )
      .iterate(thread.id) as Iterable<ItemRow>;
    let messages: NewMessage[] = [];
    let [read, characters] = [0, 0];
    let turnId = "";
    const history = conversationHash();
    for (const row of items) {
      const message = messageOf(row, turnId);
      read += 1;
      characters += row.item_json.length;
      if (message === undefined) unreadable += 1;
      else messages.push(message);
      if (message?.role === "user") turnId = `turn_${row.id}`;
      if (message?.role === "user" || message?.role === "assistant") history.add(message);
      if (!isStretch(messages.length, characters)) continue;
      yield { thread, messages, read, last: false };
      messages = [];
      [read, characters] = [0, 0];
    }
    const context = contextOf(thread.id);
    const isOther = context !== undefined && !saysTheSame(context, history.digest());
    yield { thread, messages, read, last: true, ...(isOther && { context }) };
  }

  function contextOf(threadId: string) {
    const row = contexts?.get(threadId) as { readonly context: string | null } | undefined;
    return row?.context ? readContext(row.context) : undefined;
  }

  return {
    size: { threads: count("ChatHistoryThreads"), messages: count("ChatHistoryThreads_messages") },
    users: new Map(owners.map(({ user_id, n }) => [user_id, Number(n)])),
    unreadable: () => unreadable,
    stretches,
  };
}

const threadOf = (row: ThreadRow, userId: string): SourceThread => ({
  id: row.id,
  userId,
  title: row.title ?? "",
  // The original wrote `default` where a request named no model, and it is none.
  model: row.model === "default" ? "" : (row.model ?? ""),
  systemPrompt: row.system_prompt ?? "default",
  created: utc(row.created_at),
  updated: utc(row.updated_at),
  archived: row.is_archived === 1,
});

const roles: ReadonlySet<unknown> = new Set<MessageRole>(["user", "assistant", "thinking", "tool"]);

/** `undefined` for what is no entry of a history. */
function messageOf({ id, item_json, created_at }: ItemRow, turnId: string): NewMessage | undefined {
  const item = parsed(item_json) as Readonly<Record<string, unknown>> | undefined;
  if (item === undefined || !roles.has(item.role)) return undefined;
  const role = item.role as MessageRole;
  const { content, timestamp, model, aux_id: callId } = item;
  return {
    id,
    role,
    type: item.type === "tool_update" || role === "tool" ? "tool_update" : "message_text",
    content: typeof content === "string" ? content : JSON.stringify(content ?? ""),
    timestamp: utc(typeof timestamp === "string" ? timestamp : created_at),
    ...(typeof model === "string" && role !== "user" && role !== "tool" && { model }),
    ...(typeof callId === "string" && { callId }),
    ...(role !== "user" && turnId !== "" && { turnId }),
  };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The original wrote the clock of its machine, without a zone: it is read by the clock of this one. */
function utc(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
