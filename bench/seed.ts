import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword } from "../src/core/auth/password.ts";
import { sqliteStorePlugin } from "../src/core/stores/sqlite/plugin.ts";
import { itemOf } from "../src/core/threads/message-item.ts";
import {
  recordAt,
  threadOptions,
  threadSchema,
  threadStore,
  titleFields,
} from "../src/core/threads/thread-record.ts";
import { firstSegment } from "../src/core/threads/tree.ts";
import type { Store, Write } from "../src/protocols/store.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { seededRandom } from "../test/crash/random.ts";
import { sentence } from "./words.ts";

export const password = "bench password";
export const users = 100;
export const userName = (index: number): string => `user${String(index).padStart(3, "0")}`;

/** Threads that certain rows are measured on; all of the first user. */
export const longThreads = { messages1000: "thread-of-1000", messages2000: "thread-of-2000" } as const;

const perThread = 50;
const startedAt = Date.parse("2026-01-01T00:00:00Z");

/** A data folder with users and no messages. */
export async function emptyFolder(count = users): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-bench-"));
  const hash = await hashPassword(password, { cost: 4 });
  const lines = Array.from(
    { length: count },
    (_, index) => `${userName(index)}: { hash: "${hash}", role: user }\n`,
  );
  writeFileSync(join(folder, "users.yaml"), lines.join(""), { mode: 0o600 });
  mkdirSync(join(folder, "plugins"));
  return folder;
}

/** One with so many messages, and the long threads. It is kept between runs; the rows that write get a copy. */
export async function seededFolder(messages: number, log: (text: string) => void): Promise<string> {
  const folder = join(tmpdir(), `skeleton-bench-messages-${messages}`);
  if (existsSync(folder)) return folder;
  const making = await emptyFolder();
  log(`seeding ${messages.toLocaleString("en")} messages ...`);
  const start = performance.now();
  const host = testHost({ config: { data_path: making }, newId: "real", now: () => new Date() });
  const store = await sqliteStorePlugin.create(host);
  await fillStore(store, messages);
  await store.shutdown();
  await host.shutdown();
  renameSync(making, folder);
  log(`seeded in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  return folder;
}

/** So many messages of all users, and the long threads. */
export async function fillStore(store: Store, messages: number): Promise<void> {
  await store.createStoreIfNotExists(threadStore, threadSchema, threadOptions);
  await addThread(store, userName(0), longThreads.messages1000, 1_000);
  await addThread(store, userName(0), longThreads.messages2000, 2_000);
  const threads = Math.ceil(messages / perThread);
  for (let from = 0; from < threads; from += 40) {
    const batch = Array.from({ length: Math.min(40, threads - from) }, (_, index) => from + index);
    await Promise.all(
      batch.map((number) => addThread(store, userName(number % users), `thread-${number}`, perThread)),
    );
  }
}

/**
 * A copy to write into. It is on the disk once this returns: else the server's first checkpoint would have to flush
 * all of it, and whoever waits for that moment would be measured with it.
 */
export function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), "skeleton-bench-copy-"));
  cpSync(folder, copy, { recursive: true });
  for (const file of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const descriptor = openSync(join(file.parentPath, file.name), "r+");
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
  return copy;
}

/** A thread as the `thread` role would have left it, in one transaction. */
async function addThread(store: Store, userId: string, threadId: string, length: number): Promise<void> {
  const at = recordAt({ userId, threadId });
  const random = seededRandom(Number(threadId.replace(/\D/g, "")) * 7919 + threadId.length);
  const title = sentence(random, 5);
  const record: Write = {
    op: "add",
    in: { userId, store: threadStore },
    id: threadId,
    data: {
      ...titleFields(title),
      model: "s1x0",
      system_prompt: "default",
      archived: false,
      settings: {},
      listed: threadId.padStart(40, "0"),
      segments: [firstSegment],
      length,
    },
  };
  const appends = Array.from({ length }, (_, index): Write => {
    const id = `${threadId}.${index}`;
    const role = index % 2 === 0 ? "user" : "assistant";
    const content = sentence(random, random.between(5, 40));
    const timestamp = new Date(startedAt + index * 60_000).toISOString();
    const item = itemOf(
      { id, role, type: "message_text", content, timestamp },
      index ? `${threadId}.${index - 1}` : null,
    );
    return { op: "append", at, field: "messages", item, options: { key: id } };
  });
  await store.transaction([record, ...appends]);
}

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
