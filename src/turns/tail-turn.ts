import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../lib/errors.ts";
import type { BusBatch } from "../protocols/bus.ts";
import type { Host } from "../protocols/plugin.ts";
import type { At, Store } from "../protocols/store.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { replayTurn } from "./replay.ts";
import { type TurnPlace, turnRecord } from "./turn-records.ts";

/** How often its checkpoints are looked at, in ms: they come about once a second. */
const lookAgainMs = 300;

/**
 * A checkpoint joins neighbouring tokens, so events have other numbers here than where the turn runs: from far above those, so
 * that a cursor of one numbering is refused in the other.
 */
export const tailBegin = 1_000_000_000_000;

/** Whether a cursor is of this numbering. */
export const isTailNumber = (after: number | undefined): boolean => after !== undefined && after >= tailBegin;

/** Whether it can be gone on with from here: from the beginning, or from where this numbering has come to. */
export const isTailCursor = (after: number | undefined): boolean => !after || isTailNumber(after);

/**
 * A turn that another process runs, as its checkpoints become durable; once it is over, what is left of it from the
 * history. The n-th event has the id `tailBegin + n`.
 */
export async function* tailTurn(
  host: Host,
  store: Store,
  at: TurnPlace,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<BusBatch, void> {
  const told: TurnEvent[] = [];
  let position = 0;
  const batchOf = (events: readonly TurnEvent[]): BusBatch => {
    const firstId = tailBegin + told.length + 1;
    told.push(...events);
    const skip = Math.max(0, after - firstId + 1);
    return { firstId: firstId + skip, data: events.slice(skip).map((event) => JSON.stringify(event)) };
  };
  while (!signal.aborted) {
    const { state } = await turnRecord(store, at); // before its checkpoints: none comes after its end
    const items = state === "running" ? await saidSince(store, at, position) : [];
    position += items.length;
    const batch = batchOf(items.flat());
    if (batch.data.length > 0) yield batch;
    if (state !== "running") break;
    await sleep(lookAgainMs, undefined, { signal }).catch(() => {});
  }
  if (signal.aborted) return;
  const turn = await turnRecord(store, at);
  for await (const { data } of replayTurn(host, at.userId, turn)) {
    const rest = restOf(
      data.map((line) => JSON.parse(line) as TurnEvent),
      told,
    );
    yield batchOf(rest);
  }
}

async function saidSince(
  store: Store,
  { userId, threadId, turnId }: TurnPlace,
  position: number,
): Promise<readonly (readonly TurnEvent[])[]> {
  const at: At = { userId, store: "running_turns", id: threadId };
  try {
    const said = await store.collectionGet(at, "said", { offset: position });
    const record = await store.get(at); // afterwards: the next turn of the thread may have the place
    return record?.turn_id === turnId ? said.map(({ item }) => item as unknown as readonly TurnEvent[]) : [];
  } catch (error) {
    if (codeOf(error) === "record_not_found") return []; // it is over
    throw error;
  }
}

/** What of a turn's replay was not told yet: of each voice the text after what it had said; of anything else the later ones. */
function restOf(replayed: readonly TurnEvent[], told: readonly TurnEvent[]): readonly TurnEvent[] {
  const known = new Map<string, number>();
  for (const event of told) known.set(event.event, (known.get(event.event) ?? 0) + sizeOf(event));
  return replayed.flatMap((event): readonly TurnEvent[] => {
    const before = known.get(event.event) ?? 0;
    const size = sizeOf(event);
    known.set(event.event, Math.max(0, before - size));
    if (before === 0) return [event];
    if (before >= size) return [];
    return [{ ...event, data: { ...event.data, content: textOf(event).slice(before) } } as TurnEvent];
  });
}

/** Characters, where it is text that a voice goes on with; else one. */
const sizeOf = (event: TurnEvent): number => (isVoice(event) ? textOf(event).length : 1);

const isVoice = ({ event }: TurnEvent): boolean =>
  event === "message_tokens" || event === "thinking_tokens" || event === "plan_tokens";

const textOf = ({ data }: TurnEvent): string => (data as { readonly content: string }).content;
