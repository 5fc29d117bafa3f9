import type { Segment, TurnView } from "../../../src/turns/fold-turn.ts";
import type { MessageEntry, ThreadDetail } from "../api/wire.ts";
import { answerParts, joinedParts, type Part } from "./answer-parts.ts";
import { type Figures, figuresOf } from "./figures.ts";

export type UserItem = { readonly kind: "user"; readonly key: string; readonly entry: MessageEntry };

/** One answer, from history or as it is being given; with the rest of it where it was cut short and gone on with. */
export type AnswerItem = {
  readonly kind: "answer";
  readonly key: string;
  readonly parts: readonly Part[];
  readonly state: TurnView["state"];
  readonly error?: string | undefined;
  /** The server's code for it. */
  readonly errorCode?: string | undefined;
  readonly cutBy?: "reader" | "server" | "crashes" | undefined;
  /** Oldest messages that the model was not shown. */
  readonly leftOut: number;
  readonly figures?: Figures | undefined;
  /** The model that is loaded for it. */
  readonly progress?: TurnView["progress"];
  /** What the history has of it. */
  readonly entries: readonly MessageEntry[];
  /** The user's entry that it answers. */
  readonly question?: MessageEntry | undefined;
};

export type Item = UserItem | AnswerItem;

type LastTurn = ThreadDetail["last_turn"] | undefined;

/**
 * History as a reader sees it: the entries of a turn as one answer. Those of the turn that is being followed live are
 * left out: `withComing` puts it in their place.
 */
export function historyItems(
  entries: readonly MessageEntry[],
  liveTurnId: string | undefined,
  lastTurn: LastTurn,
): readonly Item[] {
  const items: Item[] = [];
  let question: MessageEntry | undefined;
  for (const group of byTurn(entries.filter(isPast(liveTurnId)))) {
    const [first] = group;
    if (first === undefined) continue;
    if (first.role === "user") {
      question = first;
      items.push({ kind: "user", key: first.id, entry: first });
    } else add(items, pastAnswer(group, question));
  }
  return liveTurnId === undefined ? withEnd(items, lastTurn, question) : items;
}

/**
 * History with the answer that is being given as its last item, after the entry that it answers (`messageId`). It keeps
 * its key when it becomes history. What stands below that entry belongs to an answer that is being given anew.
 */
export function withComing(
  items: readonly Item[],
  turnId: string,
  messageId: string | undefined,
): readonly Item[] {
  const asked = items.findLastIndex((item) => entriesOf(item).at(-1)?.id === messageId);
  const above = asked === -1 ? items : items.slice(0, asked + 1);
  const question = above.findLast((item) => item.kind === "user")?.entry;
  const coming: AnswerItem = {
    ...{ kind: "answer", key: turnId, parts: [], state: "running", leftOut: 0, entries: [] },
    question,
  };
  const all = [...above];
  if (asked === -1) all.push(coming);
  else add(all, coming);
  return all;
}

/** The answer that is being given, as far as it has come. */
export function answering(item: AnswerItem, view: TurnView): AnswerItem {
  const parts = answerParts(view.segments, view, view.spoken);
  return {
    ...item,
    parts: joinedParts(item.parts, parts),
    state: view.state,
    error: view.error,
    errorCode: view.errorCode,
    progress: view.progress,
    leftOut: Math.max(item.leftOut, view.leftOut),
    figures: view.state === "running" ? undefined : figuresOf(parts, view.usage, view),
  };
}

/** The same objects as before wherever nothing has changed, so that what is drawn is not drawn again. */
export function reuseItems(before: readonly Item[], now: readonly Item[]): readonly Item[] {
  const known = new Map(before.map((item) => [item.key, item]));
  return now.map((item) => {
    const old = known.get(item.key);
    return old !== undefined && isSame(old, item) ? old : item;
  });
}

export const entriesOf = (item: Item): readonly MessageEntry[] =>
  item.kind === "user" ? [item.entry] : item.entries;

const isPast = (liveTurnId: string | undefined) => (entry: MessageEntry) =>
  entry.role === "user" || liveTurnId === undefined || entry.turn_id !== liveTurnId;

/** Neighbours of one turn together; each message of the user's by itself. */
function byTurn(entries: readonly MessageEntry[]): readonly (readonly MessageEntry[])[] {
  const groups: MessageEntry[][] = [];
  for (const entry of entries) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const goesOn = entry.role !== "user" && last?.role !== "user" && last?.turn_id === entry.turn_id;
    if (group !== undefined && goesOn) group.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

function pastAnswer(entries: readonly MessageEntry[], question: MessageEntry | undefined): AnswerItem {
  const last = entries.at(-1);
  const {
    calls = [],
    files = [],
    usage,
    started,
    spoken,
    left_out: leftOut = 0,
    cut_by: cutBy,
    plan,
  } = last?.turn ?? {};
  /** How many entries stand before one; none where that one stands on an earlier page. */
  const places = (before: string | null): readonly number[] => {
    const at = before === null ? entries.length : entries.findIndex(({ id }) => id === before);
    return at === -1 ? [] : [at];
  };
  const placed = {
    calls: calls.flatMap(({ call_id: callId, before, questions = [], ...call }) =>
      places(before).map((at) => ({ ...call, callId, at, questions: questions.map(questionOf) })),
    ),
    files: files.flatMap(({ file_id: fileId, name, media_type: mediaType, before, timestamp }) =>
      places(before).map((at) => ({ fileId, name, mediaType, timestamp, at })),
    ),
    plan,
  };
  const parts = answerParts(entries.map(segmentOf), placed, spoken);
  return {
    kind: "answer",
    key: last?.turn_id ?? last?.id ?? "",
    parts,
    state: last?.interrupted ? "interrupted" : "done",
    cutBy,
    leftOut,
    figures: figuresOf(parts, usage, { started, spoken }),
    entries,
    question,
  };
}

type CallEntry = NonNullable<NonNullable<MessageEntry["turn"]>["calls"]>[number];

const questionOf = ({ call_id: callId, ...question }: NonNullable<CallEntry["questions"]>[number]) => ({
  ...question,
  callId,
});

/** Appends an answer; right below another it is the rest of that one. */
function add(items: Item[], rest: AnswerItem): void {
  const last = items.at(-1);
  if (last?.kind !== "answer") {
    items.push(rest);
    return;
  }
  items[items.length - 1] = {
    ...rest,
    key: last.key,
    parts: joinedParts(last.parts, rest.parts),
    leftOut: Math.max(last.leftOut, rest.leftOut),
    entries: [...last.entries, ...rest.entries],
  };
}

const segmentOf = (entry: MessageEntry): Segment => ({
  role: entry.role === "user" ? "assistant" : entry.role,
  content: entry.content,
  timestamp: entry.timestamp,
  ...(typeof entry.model === "string" ? { model: entry.model } : {}),
  ...(typeof entry.call_id === "string" ? { callId: entry.call_id } : {}),
});

/** How the last turn ended, where that is not told by what it said: it may have said nothing. Not on another branch. */
function withEnd(
  items: readonly Item[],
  turn: LastTurn,
  question: MessageEntry | undefined,
): readonly Item[] {
  const last = items.at(-1);
  if (!turn || last === undefined || turn.state === "running") return items;
  const end =
    turn.state === "failed"
      ? { state: turn.state, error: turn.error, errorCode: turn.error_code }
      : { state: turn.state, ...(turn.cut_by === undefined ? {} : { cutBy: turn.cut_by }) };
  const lastEntry = entriesOf(last).at(-1);
  if (last.kind === "answer" && lastEntry?.turn_id === turn.turn_id)
    return items.with(-1, { ...last, ...end });
  if (turn.message_id !== lastEntry?.id) return items;
  const silent: AnswerItem = {
    kind: "answer",
    key: turn.turn_id,
    parts: [],
    leftOut: 0,
    entries: [],
    question,
    ...end,
  };
  const all = [...items];
  add(all, silent);
  return all;
}

function isSame(one: Item, other: Item): boolean {
  if (one.kind !== "answer" || other.kind !== "answer")
    return one.kind === "user" && other.kind === "user" && one.entry === other.entry;
  return (
    one.entries.length > 0 &&
    one.state === other.state &&
    one.error === other.error &&
    one.cutBy === other.cutBy &&
    one.question === other.question &&
    one.entries.length === other.entries.length &&
    one.entries.every((entry, index) => entry === other.entries[index])
  );
}
