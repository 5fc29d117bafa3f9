import { codeOf } from "../lib/errors.ts";
import type { Json } from "../protocols/json.ts";
import type { Logger } from "../protocols/plugin.ts";
import type { Store, Write } from "../protocols/store.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { emptyTurn, foldTurn, type Segment, type TurnView } from "./fold-turn.ts";
import { signOfLifeMs } from "./instance.ts";

/** A running turn, as far as keeping it safe is concerned. */
export type Checkpointed = {
  readonly userId: string;
  readonly threadId: string;
  readonly turnId: string;
  view(): TurnView;
};

/** Where the last checkpoint of a turn ended: so many whole segments, and so much of the one after them. */
type Mark = { readonly segments: number; readonly characters: number };

const nothing: Mark = { segments: 0, characters: 0 };

/** `signed` is when its record was last written, in ms. */
type State = { mark: Mark; signed: number; busy: boolean };

type Due = {
  readonly turn: Checkpointed;
  readonly state: State;
  readonly mark: Mark;
  readonly write: Write;
};

/** Checkpoints in one transaction: few enough that other writes need not wait long. */
const together = 64;

/**
 * Makes durable, every `intervalMs`, what running turns have said since the last time. Each checkpoint writes only
 * what is new, so a long answer costs no more than a short one.
 */
export function createCheckpoints(options: {
  readonly store: Store;
  readonly log: Logger;
  readonly now: () => Date;
  readonly intervalMs: number;
}): { add(turn: Checkpointed): () => void; save(): Promise<void> } {
  const { store, log, now, intervalMs } = options;
  const turns = new Map<Checkpointed, State>();
  let timer: NodeJS.Timeout | undefined;

  /** What is to be written about a turn, if anything. */
  function dueOf([turn, state]: readonly [Checkpointed, State]): readonly Due[] {
    if (state.busy) return [];
    const view = turn.view();
    const events = newEvents(view, state.mark);
    const at = { userId: turn.userId, store: "running_turns", id: turn.threadId };
    const due = { turn, state, mark: markOf(view) };
    if (events.length > 0)
      return [{ ...due, write: { op: "append", at, field: "said", item: events as unknown as Json } }];
    if (now().getTime() - state.signed < signOfLifeMs) return [];
    return [{ ...due, write: { op: "update", at, changes: { turn_id: turn.turnId } } }];
  }

  /** In one step, which costs a fraction of as many; one by one when a turn among them has ended meanwhile. */
  async function write(all: readonly Due[]): Promise<void> {
    for (const { state } of all) state.busy = true;
    try {
      await store.transaction(all.map((due) => due.write));
      for (const { state, mark } of all) Object.assign(state, { mark, signed: now().getTime() });
    } catch (error) {
      const gone = codeOf(error) === "record_not_found";
      if (gone && all.length > 1) await Promise.all(all.map((due) => write([due])));
      // What could not be written is tried again at the next checkpoint.
      else if (!gone) {
        const ids = all.map(({ turn }) => turn.turnId);
        log.warn({ err: error, turns: ids }, "checkpoints could not be written");
      }
    } finally {
      for (const { state } of all) state.busy = false;
    }
  }

  const save = async () => {
    const due = [...turns].flatMap(dueOf);
    const parts: Promise<void>[] = [];
    for (let at = 0; at < due.length; at += together) parts.push(write(due.slice(at, at + together)));
    await Promise.all(parts);
  };

  return {
    save,
    add(turn) {
      turns.set(turn, { mark: nothing, signed: now().getTime(), busy: false });
      timer ??= setInterval(() => void save(), intervalMs).unref();
      return () => {
        turns.delete(turn);
        if (turns.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      };
    },
  };
}

/** What checkpoints hold, in order, folded into what the reader had seen. */
export const foldCheckpoints = (said: readonly Json[]): TurnView =>
  said.reduce<TurnView>((view, events) => foldTurn(events as unknown as TurnEvent[], view), emptyTurn);

const markOf = ({ segments }: TurnView): Mark => ({
  segments: Math.max(0, segments.length - 1),
  characters: segments.at(-1)?.content.length ?? 0,
});

/** What was said after `mark`, in as few events as it takes. */
function newEvents({ segments }: TurnView, mark: Mark): readonly TurnEvent[] {
  return segments.slice(mark.segments).flatMap((segment, index) => {
    const content = index === 0 ? segment.content.slice(mark.characters) : segment.content;
    return content === "" ? [] : [eventOf(segment, content)];
  });
}

function eventOf({ role, timestamp, model = "", callId = "" }: Segment, content: string): TurnEvent {
  if (role === "tool") return { event: "tool_update", data: { call_id: callId, content, timestamp } };
  const event = role === "thinking" ? "thinking_tokens" : "message_tokens";
  return { event, data: { content, timestamp, model } };
}
