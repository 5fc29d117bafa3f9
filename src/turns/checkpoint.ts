import { signOfLifeMs } from "../lib/instance.ts";
import type { Json } from "../protocols/json.ts";
import type { Logger } from "../protocols/plugin.ts";
import type { Store, Write } from "../protocols/store.ts";
import type { Held } from "../protocols/threads.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { keptOfCall } from "./history-entries.ts";
import { joined } from "./stretches.ts";
import { heldOf, isHeld, isNotHeld, whileHeld } from "./turn-records.ts";

/** A running turn, as far as keeping it safe is concerned. */
export type Checkpointed = {
  readonly userId: string;
  readonly threadId: string;
  readonly turnId: string;
  /** What it has said since this was last asked. */
  news(): readonly TurnEvent[];
};

/** `unsaved` is what is not durable yet; `signed` is when its record was last written, by `performance.now()`: a clock may be set back; `lost` ends it. */
type State = {
  unsaved: readonly TurnEvent[];
  signed: number;
  writing: Promise<void> | undefined;
  readonly lost: () => void;
};

type Due = {
  readonly turn: Checkpointed;
  readonly state: State;
  readonly writes: readonly Write[];
};

export type Kept = {
  forget(): void;
  /** Resolves once all that was said so far is durable. @throws what the store throws. */
  flush(): Promise<void>;
  /** What is there as long as this process has the turn. */
  readonly held: Held;
  isHeld(): Promise<boolean>;
};

/** Checkpoints in one transaction: few enough that other writes need not wait long. */
const together = 64;

/**
 * Makes durable, every `intervalMs`, what running turns have said since the last time. Each checkpoint writes only
 * what is new, so a long answer costs no more than a short one.
 */
export function createCheckpoints(options: {
  readonly store: Store;
  /** Who this process is; what it runs no longer, as another one has taken it over, it does not write about. */
  readonly instance: string;
  readonly log: Logger;
  readonly intervalMs: number;
}): {
  /**
   * Keeps a turn safe until it is forgotten.
   * @param lost is called when a write shows that another process has it, at most a sign of life after this one woke up.
   */
  add(turn: Checkpointed, lost: () => void): Kept;
  save(): Promise<void>;
} {
  const { store, instance, log, intervalMs } = options;
  const turns = new Map<Checkpointed, State>();
  let timer: NodeJS.Timeout | undefined;

  /** What is to be written about a turn, if anything. */
  function dueOf([turn, state]: readonly [Checkpointed, State]): readonly Due[] {
    if (state.writing !== undefined) return [];
    state.unsaved = joined([...state.unsaved, ...turn.news()]);
    const at = { userId: turn.userId, store: "running_turns", id: turn.threadId };
    const held = whileHeld({ ...turn, instance });
    if (state.unsaved.length > 0) {
      const item = state.unsaved.map(asKept) as unknown as Json;
      return [{ turn, state, writes: [held, { op: "append", at, field: "said", item }] }];
    }
    if (performance.now() - state.signed < signOfLifeMs) return [];
    return [{ turn, state, writes: [held] }];
  }

  /** In one step, which costs a fraction of as many. */
  async function write(all: readonly Due[]): Promise<void> {
    const writing = store.transaction(all.flatMap((due) => due.writes)).then(() => {
      for (const { state } of all) Object.assign(state, { unsaved: [], signed: performance.now() });
    });
    const over = writing.catch(() => {});
    for (const { state } of all) state.writing = over;
    try {
      await writing;
    } finally {
      for (const { state } of all) state.writing = undefined;
    }
  }

  /** One by one when a turn among them has ended meanwhile, or was taken over; what could not be written is tried again next time. */
  async function attempt(all: readonly Due[]): Promise<void> {
    try {
      await write(all);
    } catch (error) {
      const gone = isNotHeld(error);
      if (gone && all.length > 1) await Promise.all(all.map((due) => attempt([due])));
      else if (gone) await Promise.all(all.map(({ turn, state }) => lookWhose(turn, state)));
      else {
        const ids = all.map(({ turn }) => turn.turnId);
        log.warn({ err: error, turns: ids }, "checkpoints could not be written");
      }
    }
  }

  /** Nothing that was signed counts any more for a turn that is another's. While the store does not tell, it is asked next time. */
  async function lookWhose(turn: Checkpointed, state: State): Promise<void> {
    if (!turns.has(turn) || (await isHeld(store, { ...turn, instance }).catch(() => true))) return;
    state.signed = Number.NEGATIVE_INFINITY;
    state.lost();
  }

  async function flush(turn: Checkpointed, state: State): Promise<void> {
    while (state.writing !== undefined) await state.writing;
    const due = dueOf([turn, state]);
    if (due.length === 0) return;
    try {
      await write(due);
    } catch (error) {
      if (isNotHeld(error)) await lookWhose(turn, state);
      throw error;
    }
  }

  const save = async () => {
    const due = [...turns].flatMap(dueOf);
    const parts: Promise<void>[] = [];
    for (let at = 0; at < due.length; at += together) parts.push(attempt(due.slice(at, at + together)));
    await Promise.all(parts);
  };

  return {
    save,
    add(turn, lost) {
      const state: State = { unsaved: [], signed: performance.now(), writing: undefined, lost };
      turns.set(turn, state);
      timer ??= setInterval(() => void save(), intervalMs).unref();
      return {
        flush: () => flush(turn, state),
        held: heldOf({ ...turn, instance }),
        isHeld: () => isHeld(store, { ...turn, instance }),
        forget() {
          turns.delete(turn);
          if (turns.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
        },
      };
    },
  };
}

/** As much of an event as the history will keep of it. */
function asKept(event: TurnEvent): TurnEvent {
  if (event.event === "tool_call" && event.data.arguments.length > keptOfCall)
    return { ...event, data: { ...event.data, arguments: event.data.arguments.slice(0, keptOfCall) } };
  if (event.event === "approval_request" && event.data.of_call === undefined)
    return { ...event, data: { ...event.data, arguments: "" } }; // its call has them
  if (event.event === "tool_result" && event.data.content.length > keptOfCall)
    return { ...event, data: { ...event.data, content: event.data.content.slice(0, keptOfCall) } };
  return event;
}
