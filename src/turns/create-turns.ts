import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { instanceId } from "../lib/instance.ts";
import { orAborted } from "../lib/or-aborted.ts";
import type { BusBatch } from "../protocols/bus.ts";
import type { Turn } from "../protocols/message-processor.ts";
import type { Host } from "../protocols/plugin.ts";
import type { ThreadMessage } from "../protocols/threads.ts";
import type { Started, TurnRequest } from "../protocols/turn-request.ts";
import { acceptRequest } from "./accept.ts";
import { announce } from "./account-log.ts";
import { createActiveTurns } from "./active-turns.ts";
import { type Approval, type ApprovalAt, createApprovalStore, pendingApprovals } from "./approval-records.ts";
import { createCheckpoints } from "./checkpoint.ts";
import { createConsents } from "./consent.ts";
import { onlyAsks } from "./goes-on.ts";
import { begunBy, type Idempotency, idempotencyOf, startedBefore } from "./idempotency.ts";
import { readElsewhere } from "./read-elsewhere.ts";
import { createRecovery, sweepMs } from "./recover.ts";
import { type AtTurnEnd, releasing } from "./release-turn.ts";
import { type Before, openTurn, stoppedByReader, type TurnObserver, topicOf } from "./run-turn.ts";
import { createStops } from "./stops.ts";
import { storeMessage } from "./store-message.ts";
import { outcomeFromStore, type TurnOutcome } from "./turn-outcome.ts";
import {
  type Claim,
  claimThread,
  createTurnStores,
  lastTurnOf,
  runningTurns,
  type TurnAt,
  type TurnRecord,
  turnRecord,
} from "./turn-records.ts";

/** Runs turns on the server's behalf: they go on when nobody watches, and any number may watch. */
export type Turns = {
  /**
   * Begins a turn. Once it resolves, the user's message is durable.
   * @throws what `acceptRequest` throws; `turn_running`, `stale`, `idempotency_mismatch`, `shutting_down`.
   */
  start(request: TurnRequest): Promise<Started>;
  /** The turn that a request with this key has begun, if one has. */
  begun(by: { readonly userId: string; readonly idempotencyKey: string }): Promise<Started | undefined>;
  /** @throws `turn_not_found`. */
  get(at: TurnAt): Promise<TurnRecord>;
  /**
   * Events after `after` (default: all) and those to come; ends after `stream_end`. The n-th event has the id n.
   * Some time after a turn ended its log is gone: from the start it is then told again from the history, in few events.
   * What another process runs is told as it comes where the bus is shared, else as it becomes durable, in fewer events.
   * @throws `turn_not_found`; `cursor_lost` for a cursor into a log that is gone.
   */
  read(at: TurnAt, after: number | undefined, signal: AbortSignal): Promise<AsyncIterable<BusBatch>>;
  /**
   * Ends a turn soon; what it said is kept. One that is over stays as it is. One that another process runs has not ended yet
   * when this resolves: the wish is durable, and reaches it at once where the bus is shared, else within a second or so.
   * @throws `turn_not_found`.
   */
  stop(at: TurnAt): Promise<void>;
  /** What waits for this user's word, oldest first. */
  approvals(userId: string): Promise<readonly Approval[]>;
  /**
   * Gives the user's word: durable once it resolves, and the call goes on. The same word again is no fault.
   * @param args with a yes, what the user made of the arguments, or filled the form with, as JSON text.
   * @throws `record_not_found` when nothing is asked; `conflict` when the other word was given before; `bad_input` when
   * `args` are no JSON, do not fit the form, or are no steps where it is about a plan.
   */
  answer(at: ApprovalAt, approved: boolean, args?: string): Promise<void>;
  /**
   * The end of a turn, wherever it runs; at once when it is over.
   * @throws `turn_not_found`; the signal's reason, and the turn goes on.
   */
  outcome(at: TurnAt, signal: AbortSignal): Promise<TurnOutcome>;
  /** Whether a turn of this process waits for its user's word, and for nothing else. */
  onlyAsks(at: TurnAt): boolean;
  /** Thread id to turn id. */
  running(userId: string): Promise<ReadonlyMap<string, string>>;
  last(at: { readonly userId: string; readonly threadId: string }): Promise<TurnRecord | undefined>;
  /** Resolves once every turn that runs in this process now has ended; `undefined` when none does. */
  ended(): Promise<void> | undefined;
  /** Takes no more turns, gives those that run `graceMs` to end, then stops them; what they said is kept. */
  shutdown(graceMs: number): Promise<void>;
};

const silent: TurnObserver = { started() {}, firstToken() {}, tokens() {}, ended() {} };

/** What a claim is refused with where another one came before it. */
const isTaken = (error: unknown): boolean => ["turn_running", "duplicate_record"].includes(codeOf(error));

const nothingMore: AtTurnEnd = { steps: async () => [], written() {} };

export async function createTurns(
  host: Host,
  observer: TurnObserver = silent,
  atEnd: AtTurnEnd = nothingMore,
): Promise<Turns> {
  const store = await host.get("store");
  const bus = await host.get("bus");
  await createTurnStores(store);
  await createApprovalStore(store);
  const instance = instanceId(host.newId);
  const consents = createConsents(host, store, bus, instance);
  const release = releasing(store, instance, atEnd);
  const checkpoints = createCheckpoints({
    ...{ store, instance },
    log: host.log,
    intervalMs: host.config.turns.checkpoint_ms,
  });
  const active = createActiveTurns(host, bus, { consents, checkpoints, release, observer });
  /** Requests with an idempotency key that are being begun here. */
  const starting = new Map<string, Promise<Started>>();
  let stopping = false;

  /** Turns that are being begun here. */
  const beginning = new Set<string>();
  const recover = createRecovery(host, store, {
    ...{ instance, resume, release },
    runsHere: (turnId) => active.has(turnId) || beginning.has(turnId),
  });
  await recover();
  const sweep = setInterval(() => host.background("recover turns", recover), sweepMs).unref();

  const stops = createStops(host, store, bus, instance, {
    any: () => active.all().length > 0,
    stop: (at) => active.of(at)?.stop.abort(stoppedByReader),
  });

  async function start(request: TurnRequest): Promise<Started> {
    if (stopping) {
      throw new SkeletonError("shutting_down", "The server is stopping.", {
        hint: "Try again in a few seconds.",
      });
    }
    const idempotency = idempotencyOf(request);
    if (!idempotency) return begin(request);
    const name = JSON.stringify([request.userId, idempotency.key]);
    await Promise.allSettled([starting.get(name)]); // its twin: it has its own caller to fail to
    const before = await startedBefore(host, store, request.userId, idempotency);
    if (before) return before;
    const beginning = begin(request, idempotency);
    starting.set(name, beginning);
    try {
      return await beginning;
    } finally {
      starting.delete(name);
    }
  }

  async function begin(request: TurnRequest, idempotency?: Idempotency): Promise<Started> {
    const startedAt = performance.now();
    const intake = await acceptRequest(host, request);
    const turnId = host.newId();
    const { userId } = request;
    const messageId = "append" in intake.message ? intake.message.append.id : intake.message.existing.id;
    const { threadId, model, systemPrompt, settings, instructions, planMode } = intake;
    const how = { model, systemPrompt, settings, ...given({ instructions, planMode }) };
    const claim: Claim = {
      ...{ userId, threadId, turnId, messageId, ...how, instance },
      ...(idempotency ? { idempotency } : {}),
    };
    let message: ThreadMessage;
    beginning.add(turnId);
    try {
      await claimThread(store, claim);
      message = await storeMessage(host, store, claim, intake);
    } catch (error) {
      // The same request came to another process at the same time.
      const twin = idempotency && isTaken(error) && (await startedBefore(host, store, userId, idempotency));
      if (twin) return twin;
      throw error;
    } finally {
      beginning.delete(turnId);
    }
    const again = "existing" in intake.message && request.kind !== "continue" && ({ again: true } as const);
    const turn = { userId, threadId, turnId, message, ...how, ...again };
    const running = openTurn(bus, turn, observer, startedAt);
    const timestamp = host.now().toISOString();
    running.emit([
      {
        event: "thread_id",
        data: { thread_id: threadId, timestamp, turn_id: turnId, message_id: messageId },
      },
    ]);
    const data = { thread_id: threadId, timestamp, turn_id: turnId };
    announce(bus, userId, host.now(), { event: "turn_started", data });
    active.launch(turn, running);
    return { threadId, turnId, messageId };
  }

  /** Goes on with a turn whose server died; it is this process's by now. */
  function resume(turn: Omit<Turn, "consent">, before: Before): void {
    active.launch(
      { ...turn, before: before.events },
      openTurn(bus, turn, observer, performance.now(), before),
    );
  }

  return {
    start,
    begun: ({ userId, idempotencyKey }) => begunBy(store, userId, idempotencyKey),
    get: (at) => turnRecord(store, at),
    async read(at, after, signal) {
      if (active.of(at)) return bus.read(topicOf(at.turnId), after || undefined, signal);
      return readElsewhere(host, { store, bus }, at, after, signal);
    },
    async stop(at) {
      const { state, threadId } = await turnRecord(store, at);
      const found = active.of(at);
      if (!found && state === "running") await stops.ask({ ...at, threadId });
      found?.stop.abort(stoppedByReader);
      await found?.ended;
    },
    async outcome(at, signal) {
      const found = active.of(at);
      const here = found && (await orAborted(found.ended, signal));
      return here ?? outcomeFromStore(host, store, at, signal);
    },
    approvals: (userId) => pendingApprovals(store, userId),
    answer: consents.answer,
    onlyAsks(at) {
      const found = active.of(at);
      return found !== undefined && onlyAsks(found.running.view());
    },
    running: (userId) => runningTurns(store, userId),
    last: (at) => lastTurnOf(store, at),
    ended() {
      const all = active.all().map(({ ended }) => ended);
      return all.length === 0 ? undefined : Promise.all(all).then(() => {});
    },
    async shutdown(graceMs) {
      stopping = true;
      clearInterval(sweep);
      stops.shutdown();
      consents.shutdown();
      await active.shutdown(graceMs);
    },
  };
}
