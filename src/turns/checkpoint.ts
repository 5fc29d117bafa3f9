import { codeOf } from "../lib/errors.ts";
import type { Json } from "../protocols/json.ts";
import type { Logger } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
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
  const turns = new Map<Checkpointed, { mark: Mark; signed: number; busy: boolean }>();
  let timer: NodeJS.Timeout | undefined;

  async function saveOne(turn: Checkpointed): Promise<void> {
    const state = turns.get(turn);
    if (!state || state.busy) return;
    state.busy = true;
    const view = turn.view();
    const events = newEvents(view, state.mark);
    const at = { userId: turn.userId, store: "running_turns", id: turn.threadId };
    try {
      if (events.length > 0) await store.collectionAppend(at, "said", events as unknown as Json);
      else if (now().getTime() - state.signed >= signOfLifeMs)
        await store.update(at, { turn_id: turn.turnId });
      else return;
      state.signed = now().getTime();
      state.mark = markOf(view);
    } catch (error) {
      // The turn may have ended meanwhile. Anything else is tried again at the next checkpoint.
      if (codeOf(error) !== "record_not_found") {
        log.warn({ err: error, turn: turn.turnId }, "a checkpoint could not be written");
      }
    } finally {
      state.busy = false;
    }
  }

  const save = async () => {
    await Promise.all([...turns.keys()].map(saveOne));
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
