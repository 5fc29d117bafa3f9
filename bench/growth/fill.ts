import { itemOf } from "../../src/core/threads/message-item.ts";
import {
  threadOptions,
  threadSchema,
  threadStore,
  titleFields,
} from "../../src/core/threads/thread-record.ts";
import { firstSegment } from "../../src/core/threads/tree.ts";
import type { Store, WholeRecord } from "../../src/protocols/store.ts";
import { seededRandom } from "../../test/crash/random.ts";
import { models } from "../models.ts";
import { userName } from "../seed.ts";
import { sentence } from "../words.ts";
import { type Population, small } from "./populations.ts";

/** Said in ten threads of the measured user, however many there are. */
export const rareWord = "needle";
const rareThreads = 10;

/** Records a transaction, and transactions at once: the store's own group of writes takes them together. */
const atOnce = 250;
const side = 4;

const startedAt = Date.parse("2026-01-01T00:00:00.000Z");
export const threadName = (index: number): string => `thread-${String(index).padStart(6, "0")}`;

/** Puts a population into an empty store, whole records at a time. */
export async function fill(store: Store, population: Population): Promise<void> {
  await store.createStoreIfNotExists(threadStore, threadSchema, threadOptions);
  const records = recordsOf(population);
  const one = async () => {
    for (let batch = take(records); batch.length > 0; batch = take(records))
      await store.importRecords(threadStore, batch);
  };
  await Promise.all(Array.from({ length: side }, one));
}

function take(records: Generator<WholeRecord, void>): readonly WholeRecord[] {
  const batch: WholeRecord[] = [];
  while (batch.length < atOnce) {
    const next = records.next();
    if (next.done) break;
    batch.push(next.value);
  }
  return batch;
}

function* recordsOf({ users, threads, messages }: Population): Generator<WholeRecord, void> {
  const every = Math.max(1, Math.floor(threads / rareThreads));
  for (let user = 0; user < users; user += 1) {
    const count = user === 0 ? threads : small.threads;
    for (let index = 0; index < count; index += 1) {
      const length = user === 0 && index === 0 ? messages : small.messages;
      const rare = user === 0 && index % every === 0 && index / every < rareThreads;
      yield thread(userName(user), index, length, rare);
    }
  }
}

/** A thread as the `thread` role would have left it. */
function thread(userId: string, index: number, length: number, rare: boolean): WholeRecord {
  const id = threadName(index);
  const random = seededRandom(index * 7919 + Number(userId.replace(/\D/g, "")) * 104_729 + length);
  const made = new Date(startedAt + index * 60_000).toISOString();
  const items = Array.from({ length }, (_, at) => {
    const said = sentence(random, random.between(5, 40));
    const message = {
      id: `${id}.${at}`,
      role: at % 2 === 0 ? ("user" as const) : ("assistant" as const),
      type: "message_text" as const,
      content: rare && at === 0 ? `${said} ${rareWord}` : said,
      timestamp: made,
    };
    return { item: itemOf(message, at === 0 ? null : `${id}.${at - 1}`), key: message.id };
  });
  return {
    record: {
      ...{ id, user_id: userId, created_at: made, updated_at: made },
      ...titleFields(sentence(random, 5)),
      ...{ model: models.short, system_prompt: "default", archived: false, pinned: false, settings: {} },
      ...{ listed: `${made} 000000 ${id}`, segments: [firstSegment], length },
    },
    collections: { messages: items },
  };
}
