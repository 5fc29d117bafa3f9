import { SkeletonError } from "../../lib/errors.ts";
import type { JsonObject } from "../../protocols/json.ts";
import type { ModelSettings } from "../../protocols/model.ts";
import type { PlanMode } from "../../protocols/plan.ts";
import type { At, StoreOptions, StoreRecord, StoreSchema } from "../../protocols/store.ts";
import type { Thread, ThreadAt } from "../../protocols/threads.ts";

export const threadStore = "threads";

export const threadSchema: StoreSchema = {
  title: "str",
  /** In small letters, so that the list can be searched whatever the case and the alphabet. */
  title_folded: "str",
  model: "str",
  system_prompt: "str",
  archived: "bool",
  /** `null`, like `false`, on records that are older than pins. */
  pinned: "bool",
  settings: "json",
  plan_mode: "json",
  /** Sorts by creation and is unique, so that a page can go on after any thread. */
  listed: "str",
  /** How the messages hang together: see `tree.ts`. */
  segments: "json",
  /** How many messages there are: with it a single read knows the whole tree, and a write that it is still the same. */
  length: "int",
  /** Where the active branch ends; `null` for the last message, so that it stays true while a conversation goes on. */
  leaf: "int",
  messages: "json_collection",
};

export const threadOptions: StoreOptions = {
  indexes: [
    ["archived", "listed"],
    ["archived", "pinned", "listed"],
  ],
  search: ["title", "messages.content"],
};

export const recordAt = ({ userId, threadId }: ThreadAt): At => ({
  userId,
  store: threadStore,
  id: threadId,
});

export function threadOf(record: StoreRecord): Thread {
  return {
    id: record.id,
    title: String(record.title),
    model: String(record.model),
    systemPrompt: String(record.system_prompt),
    created: record.created_at,
    updated: record.updated_at,
    archived: record.archived === true,
    pinned: record.pinned === true,
    settings: (record.settings ?? {}) as ModelSettings,
    ...(record.plan_mode ? { planMode: record.plan_mode as PlanMode } : {}),
  };
}

/** What a title becomes on the record. */
export const titleFields = (title: string): JsonObject => ({ title, title_folded: foldTitle(title) });

export const foldTitle = (text: string): string => text.normalize("NFC").toLowerCase();

export const threadNotFound = (): SkeletonError =>
  new SkeletonError("thread_not_found", "There is no such thread.", {
    hint: "Take an id from the list of threads; a thread that was deleted is gone.",
  });

export const messageNotFound = (): SkeletonError =>
  new SkeletonError("message_not_found", "There is no such message in this thread.", {
    hint: "Read the thread's messages again and take an id from there.",
  });
