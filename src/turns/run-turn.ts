import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { handEach } from "../lib/hand-over.ts";
import { inSentences } from "../lib/in-sentences.ts";
import type { Bus } from "../protocols/bus.ts";
import type { MessageProcessor, Turn } from "../protocols/message-processor.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Held, NewMessage, Threads } from "../protocols/threads.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import type { Checkpointed, Kept } from "./checkpoint.ts";
import { foldTurn, type TurnView } from "./fold-turn.ts";
import { historyEntries } from "./history-entries.ts";
import type { Release } from "./release-turn.ts";
import { createStretches } from "./stretches.ts";
import { isNotHeld, type TurnEnd, turnRecord } from "./turn-records.ts";

/** Whoever counts what turns do. Called once a batch at most; tokens are counted some at a time. */
export type TurnObserver = {
  started(): void;
  /** Seconds from the request to the first token. */
  firstToken(seconds: number): void;
  tokens(count: number): void;
  ended(state: Outcome): void;
};

/** How a turn can end. */
export type Outcome = Exclude<TurnView["state"], "running">;

/** Why a turn stops when its reader wants it to. */
export const stoppedByReader = new DOMException("The reader stopped the answer.", "AbortError");

/** Why it stops when another process has it: this one was silent for too long. */
export const takenOver = new DOMException("Another process has taken the turn over.", "AbortError");

const firstRetryMs = 250;

/** 15 s: long enough for a reader who lost its connection at the very end; later ones read the history. */
const keepClosedMs = 15_000;

/** Events that are kept as they came until somebody wants to know what they amount to. */
const foldEvery = 256;

export const topicOf = (turnId: string) => `turn/${turnId}`;

export type RunningTurn = Checkpointed & {
  /** How many servers have died under it. */
  readonly lives: number;
  /** What it amounts to so far. */
  view(): TurnView;
  /** Tells the readers and remembers. */
  emit(events: readonly TurnEvent[]): void;
};

const asJson = (event: TurnEvent): string => JSON.stringify(event);

/** What a turn has said in earlier lives of its server, all of it durable. `lives` is how many there were. */
export type Before = { readonly events: readonly TurnEvent[]; readonly lives: number };

/**
 * A log that begins again numbers its events from far above the old one: a reader who comes back with an id of that is told
 * to begin anew, and never mistakes what is told now for what came next.
 */
const idsOfALife = 1_000_000_000;

/** A turn's log and what it amounts to so far. */
export function openTurn(
  bus: Bus,
  turn: Pick<Turn, "userId" | "threadId" | "turnId">,
  observer: TurnObserver,
  startedAt: number,
  before: Before = { events: [], lives: 0 },
): RunningTurn {
  const topic = topicOf(turn.turnId);
  bus.open(topic, { keepClosedMs, reach: "followed", firstId: before.lives * idsOfALife + 1 });
  const told = before.events.map(asJson);
  if (told.length > 0) bus.append(topic, told);
  observer.started();
  let view = foldTurn(before.events);
  const unfolded = createStretches();
  let count = 0;
  let news: TurnEvent[] = [];
  let waiting = view.segments.length === 0;
  function fold(): TurnView {
    if (count === 0) return view;
    const stretches = unfolded.take();
    view = foldTurn(stretches, view);
    news.push(...stretches);
    if (view.segments.length > 0) observer.tokens(count);
    count = 0;
    return view;
  }
  return {
    userId: turn.userId,
    threadId: turn.threadId,
    turnId: turn.turnId,
    lives: before.lives,
    view: fold,
    news() {
      fold();
      const said = news;
      news = [];
      return said;
    },
    emit(events) {
      // `map`, because an array that grows by `push` takes room for seventeen, and most batches are one token
      bus.append(topic, events.map(asJson));
      for (const event of events) unfolded.add(event);
      count += events.length;
      if (waiting && fold().segments.length > 0) {
        waiting = false;
        observer.firstToken((performance.now() - startedAt) / 1000);
      }
      if (count >= foldEvery) fold();
    },
  };
}

/**
 * What has to be durable before anything follows from it: a tool must not run unknown to a server that starts again, and a
 * plan is not made twice.
 */
const isStep = ({ event }: TurnEvent): boolean =>
  event === "tool_call" || event === "tool_result" || event === "plan";

/** Lets the processor speak until it is done, fails or is stopped. What went wrong becomes an event. */
export async function speak(
  host: Host,
  turn: Turn,
  running: RunningTurn,
  kept: Kept,
  signal: AbortSignal,
): Promise<void> {
  let batches: ReturnType<MessageProcessor["processMessage"]> | undefined;
  try {
    const processor = await host.get("message_processor");
    batches = processor.processMessage(turn, signal);
    await handEach(batches, (events) => {
      running.emit(events);
      return events.some(isStep) ? kept.flush() : undefined;
    });
  } catch (error) {
    await batches?.return(); // it may have been the taking that failed
    if (signal.aborted) return;
    host.log.error({ err: error, turn: turn.turnId, thread: turn.threadId }, "a turn failed");
    running.emit([errorEvent(error, host.now())]);
  }
}

/**
 * Appends what was said to the history and frees the thread. A disk that is full or locked is told to the reader, and
 * tried again until it works or the server stops: the thread stays taken meanwhile.
 * @returns how the turn ended, and what it left in the history; `undefined` when that could not be made durable, or another
 * process goes on with it. Without `entries`: another process has ended it, since this one was silent for too long.
 */
export async function settle(
  host: Host,
  release: Release,
  turn: Turn,
  { running, kept }: { readonly running: RunningTurn; readonly kept: Kept },
  signals: { readonly stopped: AbortSignal; readonly shutdown: AbortSignal },
): Promise<(TurnEnd & { readonly state: Outcome; readonly entries?: readonly NewMessage[] }) | undefined> {
  const threads = await host.get("thread");
  const { state: said, error, errorCode, upstreamStatus } = running.view();
  const state = said === "failed" ? "failed" : signals.stopped.aborted ? "interrupted" : "done";
  const cutBy = signals.stopped.reason === stoppedByReader ? "reader" : "server";
  const entries = historyEntries(turn.turnId, running.view(), state === "done" ? undefined : cutBy);
  let lost = false;
  for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, 30_000)) {
    try {
      if (lost) return await endedElsewhere(host, turn);
      await addEntries(threads, turn, entries, kept.held);
      const cut = state === "interrupted" ? cutBy : undefined;
      const end: TurnEnd & { readonly state: Outcome } = {
        state,
        ...given({ error, errorCode, upstreamStatus, cutBy: cut }),
      };
      await release(turn, end);
      return { ...end, entries };
    } catch (failure) {
      // What is written with the end may be refused by itself.
      if (isNotHeld(failure) && !(await kept.isHeld().catch(() => true))) {
        lost = true;
        continue;
      }
      host.log.error({ err: failure, turn: turn.turnId }, "an answer could not be saved yet");
      if (delayMs === firstRetryMs) running.emit([errorEvent(failure, host.now())]);
    }
    try {
      await sleep(delayMs, undefined, { signal: signals.shutdown, ref: false });
    } catch {
      return undefined; // the server stops
    }
  }
}

/** The end of a turn that is not this process's any more; or it was this one that ended it, and the answer was lost. */
async function endedElsewhere(
  host: Host,
  turn: Turn,
): Promise<(TurnEnd & { readonly state: Outcome }) | undefined> {
  try {
    const { state, error, errorCode, cutBy } = await turnRecord(await host.get("store"), turn);
    return state === "running" ? undefined : { state, ...given({ error, errorCode, cutBy }) };
  } catch (error) {
    if (codeOf(error) === "turn_not_found") return undefined; // taken back
    throw error;
  }
}

async function addEntries(
  threads: Threads,
  turn: Turn,
  entries: readonly NewMessage[],
  held: Held,
): Promise<void> {
  if (entries.length === 0) return;
  try {
    await threads.addMessages(turn, entries, { parentId: turn.message.id, held });
  } catch (error) {
    if (codeOf(error) !== "thread_not_found") throw error; // erased while it was being answered
  }
}

/** What to tell the reader. */
export const errorEvent = (error: unknown, now: Date): TurnEvent => ({
  event: "error",
  data: { message: toldOf(error), code: codeOf(error), timestamp: now.toISOString() },
});

/** Only what has a hint was written for readers; anything else may hold a path or a secret. */
export function toldOf(error: unknown): string {
  const thrown = error as { readonly message: string; readonly hint?: unknown };
  return typeof thrown.hint === "string"
    ? inSentences(thrown)
    : "Something went wrong in the server. Try again; its log says more.";
}
