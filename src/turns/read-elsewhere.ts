import { cursorLost } from "../lib/cursor-lost.ts";
import type { Bus, BusBatch } from "../protocols/bus.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import { replayTurn } from "./replay.ts";
import { topicOf } from "./run-turn.ts";
import { isTailCursor, isTailNumber, tailBegin, tailTurn } from "./tail-turn.ts";
import { type TurnAt, turnRecord } from "./turn-records.ts";
import { untilOver } from "./until-over.ts";

/**
 * As `Turns.read`, of a turn that does not run here: from its log, which lasts for a while here and is with the instance that runs
 * it otherwise; while it runs where no log can be read, from its checkpoints; once it is over, from the history.
 */
export async function readElsewhere(
  host: Host,
  { store, bus }: { readonly store: Store; readonly bus: Bus },
  at: TurnAt,
  after: number | undefined,
  signal: AbortSignal,
): Promise<AsyncIterable<BusBatch>> {
  const topic = topicOf(at.turnId);
  const record = await turnRecord(store, at);
  if (bus.last(topic) !== undefined) return bus.read(topic, after, signal);
  const runs = record.state === "running";
  const hasLog = runs ? !isTailNumber(after) : after !== undefined; // one that is over is told from the history
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const log = hasLog ? await bus.others?.read(topic, after || undefined, either) : undefined;
  if (log) return untilOver(log, async () => (await turnRecord(store, at)).state !== "running", leaving);
  if (runs && isTailCursor(after))
    return tailTurn(host, store, { ...at, threadId: record.threadId }, after || tailBegin, signal);
  if (!runs && !after) return replayTurn(host, at.userId, record);
  throw cursorLost();
}
