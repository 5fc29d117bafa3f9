import type { Segment, TurnView } from "../../../src/turns/fold-turn.ts";
import type { MessageEntry, ThreadDetail } from "../api/wire.ts";

export type UserItem = { readonly kind: "user"; readonly key: string; readonly entry: MessageEntry };

/** One turn's answer, from history or as it is being given. */
export type AnswerItem = {
  readonly kind: "answer";
  readonly key: string;
  readonly segments: readonly Segment[];
  readonly state: TurnView["state"];
  readonly error?: string;
  /** Oldest messages that the model was not shown. */
  readonly leftOut: number;
  /** The entry it begins with; absent while it is being given. */
  readonly first?: MessageEntry;
  /** The user's entry that it answers. */
  readonly question?: MessageEntry;
};

export type Item = UserItem | AnswerItem;

/**
 * History as a reader sees it: the entries of a turn as one answer. Those of the turn that is being followed live are
 * left out: `liveAnswer` stands in their place.
 */
export function historyItems(
  entries: readonly MessageEntry[],
  liveTurnId: string | undefined,
  lastTurn: ThreadDetail["last_turn"] | undefined,
): readonly Item[] {
  const items: Item[] = [];
  let question: MessageEntry | undefined;
  for (const entry of entries) {
    if (entry.role === "user") {
      question = entry;
      items.push({ kind: "user", key: entry.id, entry });
    } else if (liveTurnId === undefined || entry.turn_id !== liveTurnId) {
      addToAnswer(items, entry, question);
    }
  }
  if (liveTurnId === undefined && lastTurn?.state === "failed") return withFailure(items, lastTurn, question);
  return items;
}

/** The answer that is being given, to the last question of the history. It keeps its key when it becomes history. */
export const liveAnswer = (
  turnId: string,
  view: TurnView,
  question: MessageEntry | undefined,
): AnswerItem => ({
  kind: "answer",
  key: turnId,
  segments: view.segments,
  state: view.state,
  leftOut: view.leftOut,
  ...(view.error === undefined ? {} : { error: view.error }),
  ...(question === undefined ? {} : { question }),
});

function addToAnswer(items: Item[], entry: MessageEntry, question: MessageEntry | undefined): void {
  const last = items.at(-1);
  const state = entry.interrupted ? "interrupted" : "done";
  if (last?.kind === "answer" && last.first?.turn_id === entry.turn_id) {
    items[items.length - 1] = { ...last, segments: [...last.segments, segmentOf(entry)], state };
    return;
  }
  items.push({
    kind: "answer",
    key: entry.turn_id ?? entry.id,
    segments: [segmentOf(entry)],
    state,
    leftOut: 0,
    first: entry,
    ...(question === undefined ? {} : { question }),
  });
}

function segmentOf(entry: MessageEntry): Segment {
  return {
    role: entry.role === "user" ? "assistant" : entry.role,
    content: entry.content,
    timestamp: entry.timestamp,
    ...(typeof entry.model === "string" ? { model: entry.model } : {}),
    ...(typeof entry.call_id === "string" ? { callId: entry.call_id } : {}),
  };
}

/** A turn that failed shows why, also when it had said nothing. Not on another branch than its own. */
function withFailure(
  items: readonly Item[],
  turn: { readonly turn_id: string; readonly error?: string | null },
  question: MessageEntry | undefined,
): readonly Item[] {
  const error = turn.error ?? "The answer failed.";
  const last = items.at(-1);
  if (last?.kind === "answer") {
    if (last.key !== turn.turn_id) return items;
    return items.with(-1, { ...last, state: "failed", error });
  }
  if (last === undefined) return items;
  const failed: AnswerItem = {
    kind: "answer",
    key: turn.turn_id,
    segments: [],
    state: "failed",
    leftOut: 0,
    error,
  };
  return [...items, question === undefined ? failed : { ...failed, question }];
}
