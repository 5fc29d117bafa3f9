import type { ChatMessage } from "./model.ts";
import type { ThreadAt } from "./threads.ts";

/** What can be changed in a message of a context; `null` removes a key. */
export type ContextChanges = { readonly content?: string; readonly reasoning_content?: string | null };

/** A message with the id by which it can be changed: that of the history entry it came from, where it came from one. */
export type ContextMessage = ChatMessage & { readonly id: string };

/**
 * What the model sees of a thread. Untouched, it is the active branch's user and assistant entries and costs nothing
 * to keep; changes made by compressors and hooks are kept beside the history, which they never alter.
 * Finished when it passes `contextContract` (src/testkit/context-contract.ts).
 *
 * Every call throws `thread_not_found` when the thread is missing or somebody else's. What was kept of a thread that
 * is gone is erased by the next call that names it: whoever deletes a thread calls `invalidateContext` after it.
 */
export interface Context {
  /** Oldest first. */
  getContext(at: ThreadAt): Promise<readonly ContextMessage[]>;
  /**
   * How often existing messages were changed. Work in the background reads it before and after, and gives up when it
   * moved. Adding a message leaves it as it is.
   */
  getMutationCount(at: ThreadAt): Promise<number>;
  /**
   * Adds a message at the end. One that says the same as its history entry costs no write; any other one write,
   * whatever the length. @returns its id.
   */
  addMessage(at: ThreadAt, message: ChatMessage & { readonly id?: string }): Promise<string>;
  /** `undefined` when the context has none of this id. */
  getMessage(at: ThreadAt & { readonly messageId: string }): Promise<ContextMessage | undefined>;
  /** Raises the mutation count. @throws `message_not_found`. */
  updateMessage(at: ThreadAt & { readonly messageId: string }, changes: ContextChanges): Promise<void>;
  /** Raises the mutation count if anything was removed. @returns whether it was. */
  removeMessages(at: ThreadAt & { readonly messageIds: readonly string[] }): Promise<boolean>;
  /**
   * Puts these messages in place of everything up to now; what is said later is added after them. Raises the count.
   * @param expectCount `conflict` when the mutation count is another one by now.
   */
  updateContext(
    at: ThreadAt,
    messages: readonly (ChatMessage & { readonly id?: string })[],
    expectCount?: number,
  ): Promise<void>;
  /** Forgets every change and answers what history gives. Raises the count if there was a change. */
  regenerateContext(at: ThreadAt): Promise<readonly ContextMessage[]>;
  /** Forgets what is held in memory, for example after history was changed by somebody else. Keeps stored changes. */
  invalidateContext(at: ThreadAt): Promise<void>;
}
