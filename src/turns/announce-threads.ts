import { codeOf } from "../lib/errors.ts";
import type { AccountEvent } from "../protocols/account-event.ts";
import type { Host } from "../protocols/plugin.ts";
import type { ThreadAt, Threads } from "../protocols/threads.ts";
import { announce } from "./account-log.ts";

type News = Extract<AccountEvent["event"], `thread_${string}`>;

/**
 * Threads whose changes are told to the account, whoever makes them: a route, a tool, a hook. What the context keeps
 * of an erased thread goes with it.
 */
export function announcingThreads(threads: Threads, host: Host): Threads {
  async function tell(event: News, { userId, threadId }: ThreadAt, more?: { branched: true }): Promise<void> {
    const now = host.now();
    const data = { thread_id: threadId, timestamp: now.toISOString(), ...more };
    announce(await host.get("bus"), userId, now, { event, data });
  }

  /** What was appended at the end stands alone; elsewhere the first of it may have begun a branch. */
  async function hasBranched(
    at: ThreadAt,
    messageId: string | undefined,
    parentId: string | null | undefined,
  ) {
    if (messageId === undefined || parentId === undefined) return false;
    try {
      return (await threads.getMessage({ ...at, messageId })).siblings !== undefined;
    } catch {
      return true; // it is stored, and must be told of: whoever hears more than is so only loads more
    }
  }

  return {
    // By name rather than by spreading: a plugin may be an object of a class.
    getThread: (at) => threads.getThread(at),
    getThreads: (list, options) => threads.getThreads(list, options),
    getThreadMessages: (at, page) => threads.getThreadMessages(at, page),
    getMessage: (at) => threads.getMessage(at),
    searchThreads: (search) => threads.searchThreads(search),
    async createThread(thread) {
      const threadId = await threads.createThread(thread);
      await tell("thread_created", { userId: thread.userId, threadId });
      return threadId;
    },
    async addMessages(at, messages, options) {
      await threads.addMessages(at, messages, options);
      const branched = await hasBranched(at, messages[0]?.id, options?.parentId);
      await tell("thread_messages", at, branched ? { branched } : undefined);
    },
    async activateBranch(at, options) {
      await threads.activateBranch(at, options);
      await tell("thread_messages", at);
    },
    async updateThread(at, changes) {
      await threads.updateThread(at, changes);
      await tell("thread_updated", at);
    },
    async archiveThread(at) {
      await threads.archiveThread(at);
      await tell("thread_updated", at);
    },
    async deleteThread(at, options) {
      await threads.deleteThread(at, options);
      await forgetContext(host, at);
      await tell("thread_deleted", at);
    },
  };
}

async function forgetContext(host: Host, at: ThreadAt): Promise<void> {
  try {
    await (await host.get("context")).invalidateContext(at);
  } catch (error) {
    if (codeOf(error) !== "thread_not_found") throw error; // as it should be by now
  }
}
