import type { JsonObject } from "./json.ts";
import type { ModelSettings } from "./model.ts";
import type { PlanMode } from "./plan.ts";
import type { At, Where } from "./store.ts";

/** Which thread. */
export type ThreadAt = { readonly userId: string; readonly threadId: string };

/** A conversation. Times are ISO 8601 in UTC. */
export type Thread = {
  readonly id: string;
  readonly title: string;
  /** Who answers unless a message names another. Empty: whichever is the default then. */
  readonly model: string;
  /** Key of the system prompt, or of the chat role, unless a message names another. */
  readonly systemPrompt: string;
  readonly created: string;
  /** Last message or change. */
  readonly updated: string;
  readonly archived: boolean;
  /** Its owner keeps it at hand: the page lists it first. */
  readonly pinned: boolean;
  /** How answers are generated here unless a message says otherwise. */
  readonly settings: ModelSettings;
  /** How its answers are planned; absent: they are not. */
  readonly planMode?: PlanMode;
};

/** Who speaks in a history entry. A `plan` is what a planning model wrote before another one answered. */
export type MessageRole = "user" | "assistant" | "thinking" | "plan" | "tool";

/** What is appended. `type` is `message_text`, or `tool_update` for a line about a tool. */
export type NewMessage = {
  /** Unique in the thread. Adding it again changes nothing, so a retry is safe. */
  readonly id: string;
  readonly role: MessageRole;
  readonly type: "message_text" | "tool_update";
  readonly content: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** The model that said it; only with `assistant`, `thinking` and `plan`. */
  readonly model?: string;
  /** The tool call a `tool` entry belongs to. */
  readonly callId?: string;
  /** The turn that produced it. */
  readonly turnId?: string;
  /** The turn ended before this was complete. */
  readonly interrupted?: boolean;
  /** What parts of the system, or plugins, keep with it. */
  readonly meta?: JsonObject;
};

/** An entry of the history. It never changes. */
export type ThreadMessage = NewMessage & {
  /** The entry before it; `null` for a first one. */
  readonly parentId: string | null;
  /**
   * The entries that begin at the same place, in order of age, this one's branch among them; absent when it is alone.
   */
  readonly siblings?: readonly string[];
};

export type ThreadHit = {
  readonly thread: Thread;
  /** The entry that matched; absent when the title did. */
  readonly messageId?: string;
  /** About 160 characters around the first match, with `...` where the text was cut. */
  readonly snippet: string;
  /** `[start, end)` in `snippet`, in UTF-16 units. */
  readonly marks: readonly (readonly [number, number])[];
};

/** Which part of a history: at most one of `before`, `after` and `around`, each the id of an entry on the active branch. */
export type MessagesPage = {
  /** At most so many, a whole number from 0. Default: all there are on that side. */
  readonly limit?: number;
  /** The last ones above it. */
  readonly before?: string;
  /** The first ones below it. */
  readonly after?: string;
  /** The entry itself with `limit / 2` above it, rounded down, and the rest below; fewer where the branch ends. */
  readonly around?: string;
};

/**
 * What a writer was given and may have lost without a sign of it, while it was frozen or its database was away: a record
 * of the `store` role, which is there and fits as long as the writer has it.
 */
export type Held = { readonly at: At; readonly where: Where };

/**
 * Has a write happen only while this is held: it is looked at in the transaction that writes, so whoever takes it away with a
 * write of their own has nothing of the writer come later. `not_held` otherwise, whatever else may be wrong, and also where
 * there is nothing left to write; nothing was written then. Default: nothing need be held. The record's `updated_at` may change.
 */
export type WhileHeld = { readonly held?: Held };

/**
 * Conversations. History is append-only: editing and regenerating begin a new branch beside the old one, and the
 * thread remembers which branch is active. Finished when it passes `threadsContract` (src/testkit/threads-contract.ts).
 *
 * Every call on a thread throws `thread_not_found` when it is missing or somebody else's.
 */
export interface Threads {
  /** @returns the new thread's id. */
  createThread(
    thread: {
      readonly userId: string;
      readonly title: string;
      readonly model: string;
      readonly systemPrompt: string;
      readonly settings?: ModelSettings;
      readonly planMode?: PlanMode;
      /** Default: a new one. Repeating a call with the same id is harmless. */
      readonly id?: string;
      /** Of one that is taken over from elsewhere: when it began there, which is also its place in the list. Default: now. */
      readonly created?: string;
      /** Default: `false`. */
      readonly archived?: boolean;
    } & WhileHeld,
  ): Promise<string>;
  getThread(at: ThreadAt): Promise<Thread>;
  /**
   * Newest first by creation, pinned or not: those that are not archived, or with `archived` those that are. `before` is the
   * last id of the page before; `query` looks in titles, whatever the case; `pinned` leaves only the pinned ones, or only the
   * others. At most `limit`, a whole number from 0; default all.
   * @throws `bad_input` for another `limit`; `thread_not_found` when there is no thread `before`.
   */
  getThreads(
    list: { readonly userId: string },
    options?: {
      readonly archived?: boolean;
      readonly pinned?: boolean;
      readonly query?: string;
      readonly limit?: number;
      readonly before?: string;
    },
  ): Promise<readonly Thread[]>;
  /**
   * The active branch, oldest first, or a page of it; with `limit` alone its last ones. Cost grows with the page, not
   * with the thread.
   * @throws `message_not_found` when the entry that the page names is not on the active branch; `bad_input` when it
   * names more than one.
   */
  getThreadMessages(at: ThreadAt, page?: MessagesPage): Promise<readonly ThreadMessage[]>;
  /** One entry, on whatever branch. @throws `message_not_found`. */
  getMessage(at: ThreadAt & { readonly messageId: string }): Promise<ThreadMessage>;
  /**
   * Appends entries, one below the other, all or none; durable once it resolves. Entries whose ids are there already
   * are left as they are. The new ones' branch becomes the active one.
   * @param options.parentId where to append: default the end of the active branch, `null` for a first entry.
   * @param options.expectLeaf throws `stale` unless this is the end of the active branch; `null`: unless there is no entry yet.
   * @param options.time of what is taken over from elsewhere: when the thread changed there. Its `updated` becomes that
   * unless it is later already. Default: now.
   * @throws `message_not_found` for an unknown `parentId`.
   */
  addMessages(
    at: ThreadAt,
    messages: readonly NewMessage[],
    options?: {
      readonly parentId?: string | null;
      readonly expectLeaf?: string | null;
      readonly time?: string;
    } & WhileHeld,
  ): Promise<void>;
  /** Makes the branch through this entry the active one, down to its newest end. @throws `message_not_found`. */
  activateBranch(at: ThreadAt & { readonly messageId: string }, options?: WhileHeld): Promise<void>;
  /** Changes what is given, and leaves the rest; `settings` take the place of all those before. */
  updateThread(
    at: ThreadAt,
    changes: {
      readonly title?: string;
      readonly archived?: boolean;
      readonly pinned?: boolean;
      readonly model?: string;
      readonly systemPrompt?: string;
      readonly settings?: ModelSettings;
      /** `null` ends it. */
      readonly planMode?: PlanMode | null;
    },
  ): Promise<void>;
  /** Hides it from the list and from search; its messages stay readable. Repeating it is harmless. */
  archiveThread(at: ThreadAt): Promise<void>;
  /** Erases it with its history, for good. */
  deleteThread(at: ThreadAt, options?: WhileHeld): Promise<void>;
  /**
   * Best first, at most one hit a thread, archived threads left out. A hit may be on any branch: `activateBranch` shows
   * it. `limit` is 50 unless it is given.
   */
  searchThreads(search: {
    readonly userId: string;
    readonly query: string;
    readonly limit?: number;
  }): Promise<readonly ThreadHit[]>;
}
