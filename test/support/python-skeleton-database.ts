import { DatabaseSync } from "node:sqlite";

/** The tables that the Python server makes for threads and their contexts, without those of its full-text index. */
const tables = `
  create table _stores (name text primary key, schema_json text not null, cacheable integer default 0, created_at text not null);
  create table "ChatHistoryThreads" (
    id text primary key, user_id text not null, title text, model text, system_prompt text, user text,
    is_archived integer, messages text, created_at text not null, updated_at text not null
  );
  create table "ChatHistoryThreads_messages" (
    id text primary key, parent_id text not null, order_index integer not null, item_json text not null,
    created_at text not null,
    foreign key (parent_id) references "ChatHistoryThreads" (id) on delete cascade, unique (parent_id, order_index)
  );
  create index idx_messages_parent on "ChatHistoryThreads_messages" (parent_id, order_index);
  create table "ThreadContext" (
    id text primary key, user_id text not null, context text, mutation_count integer, _version text,
    created_at text not null, updated_at text not null
  );`;

export type PythonThread = {
  readonly id: string;
  readonly user: string;
  readonly title: string;
  readonly model?: string;
  readonly archived?: boolean;
  /** By the clock of the machine, without a zone. */
  readonly created: string;
  readonly updated: string;
  /** As they are stored: objects, or texts that are none. */
  readonly items: readonly (object | string)[];
  /** What its model saw. */
  readonly context?: readonly object[];
};

/** Makes such a file. It is left as a server that was killed leaves it: in WAL mode, open until `close`. */
export function makePythonSkeleton(path: string, threads: readonly PythonThread[]): { close(): void } {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma foreign_keys = on");
  database.exec(`begin; ${tables}`);
  const addThread = database.prepare(
    'insert into "ChatHistoryThreads" values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const addItem = database.prepare('insert into "ChatHistoryThreads_messages" values (?, ?, ?, ?, ?)');
  const addContext = database.prepare('insert into "ThreadContext" values (?, ?, ?, 0, null, ?, ?)');
  for (const thread of threads) {
    const { id, user, title, model = "alpha", archived = false, created, updated, items, context } = thread;
    const count = JSON.stringify({ collection_store: "ChatHistoryThreads_messages", count: items.length });
    addThread.run(id, user, title, model, "code-assistant", user, Number(archived), count, created, updated);
    for (const [index, item] of items.entries()) {
      const text = typeof item === "string" ? item : JSON.stringify(item);
      addItem.run(`${id}-${index}`, id, index, text, created);
    }
    if (context !== undefined) addContext.run(id, user, JSON.stringify(context), created, updated);
  }
  database.exec("commit");
  return { close: () => database.close() };
}
