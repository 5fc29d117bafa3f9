import { codeOf } from "../../lib/errors.ts";
import type { Context } from "../../protocols/context.ts";
import type { NewMessage, ThreadAt, Threads } from "../../protocols/threads.ts";
import type { Stretch } from "./source.ts";

/** What came of it. In a dry run "added" is what would be. */
export type Brought = {
  threadsAdded: number;
  threadsThere: number;
  messagesAdded: number;
  messagesThere: number;
  /** Of threads whose model saw other things than the history says. */
  contextsAdded: number;
  contextsThere: number;
};

export type BringOptions = {
  /** Write nothing. */
  readonly dryRun: boolean;
  /** Hears how many messages of the source have been dealt with by now. */
  readonly onProgress?: (messages: number) => void;
};

/** Where it goes. */
export type Parts = { readonly threads: Threads; readonly context: Context };

/** So many threads are written side by side: the store flushes them to the disk together. */
const atOnce = 16;

/** A thread in the middle of its stretches. */
type Begun = {
  /** It was here before this import, perhaps of one that broke off. */
  readonly there: boolean;
  /** The last message written or found. */
  readonly leaf: string | null;
};

/**
 * Writes threads and their messages, those that are missing. What is here already stays as it is, so it can be repeated,
 * and goes on where it broke off. Of a thread that went on here since, new messages of the source are a branch.
 */
export async function bringOver(
  { threads, context }: Parts,
  stretches: AsyncIterable<Stretch>,
  { dryRun, onProgress }: BringOptions,
): Promise<Brought> {
  const brought: Brought = {
    ...{ threadsAdded: 0, threadsThere: 0, messagesAdded: 0, messagesThere: 0 },
    ...{ contextsAdded: 0, contextsThere: 0 },
  };
  const begun = new Map<string, Promise<Begun | undefined>>();
  const running = new Set<Promise<unknown>>();
  let done = 0;
  let failure: { readonly error: unknown } | undefined;

  async function begin({ thread }: Stretch): Promise<Begun> {
    const { updated: _, ...made } = thread;
    const there = await isThere(() => threads.getThread({ userId: thread.userId, threadId: thread.id }));
    if (there) brought.threadsThere += 1;
    else brought.threadsAdded += 1;
    if (!there && !dryRun) await threads.createThread(made);
    return { there, leaf: null };
  }

  /** Whether nothing was said in the thread beyond this message, nor done to its context. */
  async function isUntouched(at: ThreadAt, end: string | null): Promise<boolean> {
    const [last] = await threads.getThreadMessages(at, { limit: 1 });
    return (last?.id ?? null) === end && (await context.getMutationCount(at)) === 0;
  }

  async function write(stretch: Stretch, before: Promise<Begun | undefined> | undefined): Promise<Begun> {
    const { there, leaf } = (await before) ?? (await begin(stretch));
    const { thread, messages, read } = stretch;
    const at = { userId: thread.userId, threadId: thread.id };
    const missing = there ? await countMissing(threads, at, messages) : messages.length;
    if (missing > 0 && !dryRun)
      await threads.addMessages(at, messages, { parentId: leaf, time: thread.updated });
    brought.messagesAdded += missing;
    brought.messagesThere += messages.length - missing;
    const end = messages.at(-1)?.id ?? leaf;
    if (stretch.context !== undefined) {
      const fresh = dryRun ? !there : await isUntouched(at, end);
      if (fresh && !dryRun) await context.updateContext(at, stretch.context);
      brought[fresh ? "contextsAdded" : "contextsThere"] += 1;
    }
    done += read;
    onProgress?.(done);
    return { there, leaf: end };
  }

  for await (const stretch of stretches) {
    const key = JSON.stringify([stretch.thread.userId, stretch.thread.id]);
    const writing = write(stretch, begun.get(key)).catch((error: unknown) => {
      failure ??= { error };
      return undefined;
    });
    if (stretch.last) begun.delete(key);
    else begun.set(key, writing);
    running.add(writing);
    void writing.then(() => running.delete(writing)); // it never rejects
    if (running.size >= atOnce) await Promise.race(running);
    if (failure !== undefined) break;
  }
  await Promise.all(running);
  if (failure !== undefined) throw failure.error;
  return brought;
}

/** How many of these messages, which were written together and in this order if they were, are not there. */
async function countMissing(
  threads: Threads,
  at: ThreadAt,
  messages: readonly NewMessage[],
): Promise<number> {
  const has = ({ id }: NewMessage) => isThere(() => threads.getMessage({ ...at, messageId: id }));
  const last = messages.at(-1);
  if (last === undefined || (await has(last))) return 0;
  const there = await Promise.all(messages.map(has));
  return there.filter((is) => !is).length;
}

async function isThere(read: () => Promise<unknown>): Promise<boolean> {
  try {
    await read();
    return true;
  } catch (error) {
    if (["thread_not_found", "message_not_found"].includes(codeOf(error))) return false;
    throw error;
  }
}
