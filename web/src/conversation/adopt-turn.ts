import type { QueryClient } from "@tanstack/react-query";
import { asNewest, entriesIn, type MessagePages, stretchWith } from "../api/message-pages.ts";
import { queryKeys } from "../api/query-keys.ts";
import type { MessageEntry, PlanMode, StartedTurn, ThreadDetail } from "../api/wire.ts";

/** What the user asked and where: `cutAt` is the entry that an edit puts a new one in the place of. */
export type Asked = {
  readonly content: string;
  readonly model: string;
  readonly systemPrompt: string;
  readonly planMode?: PlanMode | undefined;
  readonly cutAt?: string;
};

/** Shows a turn that the server has just accepted, before the account's events tell of it. */
export function adoptTurn(client: QueryClient, turn: StartedTurn, asked: Asked): void {
  const now = new Date().toISOString();
  client.setQueryData<MessagePages>(queryKeys.newestMessages(turn.thread_id), () => {
    const known = stretchWith(client, turn.thread_id, asked.cutAt);
    const above = entriesIn(known);
    const cutAt = above.find(({ id }) => id === asked.cutAt);
    const entry: MessageEntry = {
      id: turn.message_id,
      parent_id: cutAt === undefined ? (above.at(-1)?.id ?? null) : cutAt.parent_id,
      role: "user",
      type: "message_text",
      content: asked.content,
      timestamp: now,
    };
    return appended(known, entry, asked.cutAt);
  });
  adoptRunning(client, turn, {
    id: turn.thread_id,
    title: asked.content.slice(0, 50),
    created: now,
    updated: now,
    model: asked.model,
    system_prompt: asked.systemPrompt,
    archived: false,
    pinned: false,
    settings: {},
    plan_mode: asked.planMode ?? null,
    running_turn: turn.turn_id,
    last_turn: null,
  });
}

/** Follows a turn in its thread; `fresh` describes the thread where nothing is known of it yet. */
export function adoptRunning(
  client: QueryClient,
  turn: Pick<StartedTurn, "thread_id" | "turn_id">,
  fresh?: ThreadDetail,
): void {
  client.setQueryData<ThreadDetail>(queryKeys.thread(turn.thread_id), (known) =>
    known === undefined ? fresh : { ...known, running_turn: turn.turn_id },
  );
}

/** Takes away what stood after an entry, for an answer that is given anew. */
export function cutAfter(client: QueryClient, threadId: string, messageId: string): void {
  client.setQueryData<MessagePages>(queryKeys.newestMessages(threadId), () => {
    const known = stretchWith(client, threadId, messageId);
    return known && { ...known, pages: cut(known.pages, messageId, 1) };
  });
}

function appended(
  known: MessagePages | undefined,
  entry: MessageEntry,
  cutAt: string | undefined,
): MessagePages {
  if (known === undefined) return asNewest([entry]);
  const [newest = [], ...older] = cutAt === undefined ? known.pages : cut(known.pages, cutAt, 0);
  // The account's events may have been faster.
  if (newest.some(({ id }) => id === entry.id)) return known;
  return { ...known, pages: [[...newest, entry], ...older] };
}

/** Pages, the newest first, up to an entry and `keep` more. */
function cut(pages: readonly (readonly MessageEntry[])[], messageId: string, keep: 0 | 1) {
  const page = pages.findIndex((entries) => entries.some(({ id }) => id === messageId));
  if (page === -1) return [...pages];
  return pages.flatMap((entries, index) => {
    if (index < page) return [[]];
    if (index > page) return [entries];
    return [entries.slice(0, entries.findIndex(({ id }) => id === messageId) + keep)];
  });
}
