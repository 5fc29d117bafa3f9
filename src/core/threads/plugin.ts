import { codeOf } from "../../lib/errors.ts";
import { given } from "../../lib/given.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import type { Threads } from "../../protocols/threads.ts";
import { activateBranch } from "./activate-branch.ts";
import { addMessages } from "./add-messages.ts";
import { inThread } from "./in-thread.ts";
import { listedValues, listThreads } from "./list-threads.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { readMessage, readPage } from "./read-messages.ts";
import { searchThreads } from "./search-threads.ts";
import {
  recordAt,
  threadNotFound,
  threadOf,
  threadOptions,
  threadSchema,
  threadStore,
  titleFields,
} from "./thread-record.ts";
import { firstSegment } from "./tree.ts";
import { writeWhileHeld } from "./write-while-held.ts";

async function createThreads(host: Host): Promise<Threads> {
  const store = await host.get("store");
  await store.createStoreIfNotExists(threadStore, threadSchema, threadOptions);
  const nextListed = listedValues(host.now, host.newId);
  // Within this process nobody need ever try twice; across processes the store's guards decide.
  const alone = oneAtATime();

  const threads: Threads = {
    async createThread({
      userId,
      title,
      model,
      systemPrompt,
      settings = {},
      planMode = null,
      id = host.newId(),
      created,
      archived = false,
      held,
    }) {
      const data = {
        ...titleFields(title),
        model,
        system_prompt: systemPrompt,
        archived,
        pinned: false,
        settings,
        plan_mode: planMode,
        listed: nextListed(created),
        segments: [firstSegment],
        length: 0,
      };
      try {
        await writeWhileHeld(store, held, () => [
          { op: "add", in: { userId, store: threadStore }, data, id, ...given({ time: created }) },
        ]);
        return id;
      } catch (error) {
        if (codeOf(error) === "duplicate_record") return id; // the call was made before
        throw error;
      }
    },
    async getThread(at) {
      const record = await store.get(recordAt(at));
      if (!record) throw threadNotFound();
      return threadOf(record);
    },
    getThreads: ({ userId }, options = {}) => listThreads(store, userId, options),
    getThreadMessages: (at, page = {}) => readPage(store, at, page),
    getMessage: (at) => readMessage(store, at, at.messageId),
    addMessages: (at, messages, options = {}) =>
      alone(JSON.stringify([at.userId, at.threadId]), () => addMessages(store, at, messages, options)),
    activateBranch: (at, options = {}) =>
      alone(JSON.stringify([at.userId, at.threadId]), () => activateBranch(store, at, options)),
    async updateThread(at, { title, archived, pinned, model, systemPrompt, settings, planMode }) {
      const changes = {
        ...(title !== undefined && titleFields(title)),
        ...(archived !== undefined && { archived }),
        ...(pinned !== undefined && { pinned }),
        ...(model !== undefined && { model }),
        ...(systemPrompt !== undefined && { system_prompt: systemPrompt }),
        ...(settings !== undefined && { settings }),
        ...(planMode !== undefined && { plan_mode: planMode }),
      };
      if (Object.keys(changes).length === 0) await threads.getThread(at);
      else await inThread(store.update(recordAt(at), changes));
    },
    async archiveThread(at) {
      const { archived } = await threads.getThread(at);
      if (!archived) await inThread(store.update(recordAt(at), { archived: true }));
    },
    deleteThread: (at, { held } = {}) =>
      inThread(
        writeWhileHeld(store, held, () => [
          { op: "update", at: recordAt(at), changes: {} }, // a deletion does not say whether there was anything
          { op: "delete", at: recordAt(at) },
        ]),
      ),
    searchThreads: (search) => searchThreads(store, search),
  };
  return threads;
}

/** Conversations as records of the `store` role, each with its history as a collection. */
export const threadsPlugin: CorePlugin<"thread"> = {
  role: "thread",
  name: "store-threads",
  create: createThreads,
};
