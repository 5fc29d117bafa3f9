import { setImmediate as loopOver } from "node:timers/promises";
import type { Bus } from "../protocols/bus.ts";
import type { Turn } from "../protocols/message-processor.ts";
import type { Host } from "../protocols/plugin.ts";
import { announce } from "./account-log.ts";
import type { createCheckpoints, Kept } from "./checkpoint.ts";
import type { Asking, Consents } from "./consent.ts";
import { asksUser, onlyAsks } from "./goes-on.ts";
import type { Release } from "./release-turn.ts";
import {
  type RunningTurn,
  settle,
  speak,
  stoppedByReader,
  type TurnObserver,
  takenOver,
  topicOf,
} from "./run-turn.ts";
import type { TurnOutcome } from "./turn-outcome.ts";
import type { TurnAt } from "./turn-records.ts";

/** How often a server that stops looks whether a turn waits for nothing but its user, in ms. */
const lookAgainMs = 100;

/** A turn that runs in this process. */
export type ActiveTurn = {
  readonly userId: string;
  readonly stop: AbortController;
  /** `undefined` when it was left to another life of the server. */
  readonly ended: Promise<TurnOutcome | undefined>;
  readonly running: RunningTurn;
};

export type ActiveTurns = {
  /** Has it answered in the background, to its end, whoever watches. */
  launch(turn: Omit<Turn, "consent">, running: RunningTurn): void;
  has(turnId: string): boolean;
  /** The user's own. */
  of(at: TurnAt): ActiveTurn | undefined;
  all(): readonly ActiveTurn[];
  /** Gives all `graceMs` to end, then stops them; what waits for nothing but its user is left to the next server at once. */
  shutdown(graceMs: number): Promise<void>;
};

/** The turns that run in this process. */
export function createActiveTurns(
  host: Host,
  bus: Bus,
  {
    consents,
    checkpoints,
    release,
    observer,
  }: {
    readonly consents: Consents;
    readonly checkpoints: ReturnType<typeof createCheckpoints>;
    readonly release: Release;
    readonly observer: TurnObserver;
  },
): ActiveTurns {
  const active = new Map<string, ActiveTurn>();
  const givingUp = new AbortController();

  function launch(turn: Omit<Turn, "consent">, running: RunningTurn): void {
    const stop = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<TurnOutcome | undefined>();
    active.set(turn.turnId, { userId: turn.userId, stop, ended, running });
    host.background(`turn ${turn.turnId}`, async (shutdown) => {
      const kept = checkpoints.add(running, () => stop.abort(takenOver));
      let outcome: TurnOutcome | undefined;
      try {
        const stopped = AbortSignal.any([stop.signal, shutdown]);
        const asking = consents.asking(running, kept, stopped);
        const signals = { stopped, shutdown: AbortSignal.any([shutdown, givingUp.signal]) };
        outcome = await run({ ...turn, consent: asking.consent }, running, { asking, kept }, signals);
      } finally {
        kept.forget();
        active.delete(turn.turnId);
        await loopOver(); // whoever waits for the end wants it told, and readers are called once a loop
        resolve(outcome);
      }
    });
  }

  async function run(
    turn: Turn,
    running: RunningTurn,
    { asking, kept }: { readonly asking: Asking; readonly kept: Kept },
    signals: { readonly stopped: AbortSignal; readonly shutdown: AbortSignal },
  ): Promise<TurnOutcome | undefined> {
    try {
      await asking.takeBack();
      await speak(host, turn, running, kept, signals.stopped);
      if (await staysOpen(running, signals.stopped)) {
        await kept.flush();
        await asking.leave();
        return undefined;
      }
      if (signals.stopped.reason === takenOver)
        await asking.leave(); // what is asked may be asked there, too
      else await asking.close();
      const settled = await settle(host, release, turn, { running, kept }, signals);
      if (!settled) return undefined; // the next start of the server goes on from the checkpoints
      const { entries, ...ending } = settled;
      const { state } = ending;
      const timestamp = host.now().toISOString();
      const data = { thread_id: turn.threadId, timestamp, turn_id: turn.turnId, state };
      announce(bus, turn.userId, host.now(), { event: "turn_ended", data });
      observer.ended(state);
      const end = state === "interrupted" ? { timestamp, interrupted: true } : { timestamp };
      running.emit([{ event: "stream_end", data: end }]);
      if (entries === undefined) return undefined;
      const { turnId, threadId, message, model, systemPrompt } = turn;
      return { turn: { turnId, threadId, messageId: message.id, model, systemPrompt, ...ending }, entries };
    } finally {
      bus.close(topicOf(turn.turnId));
    }
  }

  /** A server that stops leaves alone what waits for its user: the next one goes on with it. */
  async function staysOpen(running: RunningTurn, stopped: AbortSignal): Promise<boolean> {
    if (!stopped.aborted || !asksUser(running.view())) return false;
    if (stopped.reason === stoppedByReader || stopped.reason === takenOver) return false;
    return (await host.get("message_processor")).goesOn === true;
  }

  return {
    launch,
    has: (turnId) => active.has(turnId),
    of({ userId, turnId }) {
      const found = active.get(turnId);
      return found?.userId === userId ? found : undefined;
    },
    all: () => [...active.values()],
    async shutdown(graceMs) {
      const all = [...active.values()];
      /** Nothing would come of waiting for these: the next server goes on with them. What ran beside one may have ended. */
      const leaveAsking = () => {
        for (const { stop, running } of all) if (onlyAsks(running.view())) stop.abort();
      };
      leaveAsking();
      const looking = setInterval(leaveAsking, lookAgainMs);
      const timer = setTimeout(() => {
        for (const { stop } of all) stop.abort();
        givingUp.abort(); // one more attempt to save each, and no waiting for a store that is not there
      }, graceMs);
      await Promise.all(all.map(({ ended }) => ended));
      clearInterval(looking);
      clearTimeout(timer);
    },
  };
}
