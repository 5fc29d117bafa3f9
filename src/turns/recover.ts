import { codeOf } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { isGone } from "../lib/instance.ts";
import { createSilence } from "../lib/silence.ts";
import type { Turn } from "../protocols/message-processor.ts";
import type { ModelSettings } from "../protocols/model.ts";
import type { PlanMode } from "../protocols/plan.ts";
import type { Host } from "../protocols/plugin.ts";
import type { At, CollectionItem, Store, StoreRecord } from "../protocols/store.ts";
import type { ThreadMessage } from "../protocols/threads.ts";
import type { TurnEvent } from "../protocols/turn-event.ts";
import { withdrawApprovals } from "./approval-records.ts";
import { foldTurn, type TurnView } from "./fold-turn.ts";
import { mostTries, onlyAsks, type Standing, standingOf } from "./goes-on.ts";
import { type CutBy, historyEntries, type TurnMeta } from "./history-entries.ts";
import type { Release } from "./release-turn.ts";
import type { Before } from "./run-turn.ts";
import { joined } from "./stretches.ts";
import { entriesOf } from "./turn-outcome.ts";
import { type HeldTurn, heldOf, isHeld, isNotHeld, type TurnEnd, withdrawClaim } from "./turn-records.ts";

/** Goes on with a turn that this process has taken over. */
export type Resume = (turn: Omit<Turn, "consent">, before: Before) => void;

/** How often it is to be looked for turns whose process is gone, in ms. */
export const sweepMs = 5_000;

/** Who takes care of turns that are left, and how. */
type Recovery = {
  readonly instance: string;
  /** Whether this process has a turn in hand that bears its name; else it could not end it, its database being away. */
  runsHere(turnId: string): boolean;
  readonly resume: Resume;
  readonly release: Release;
};

/**
 * Takes care of the turns whose process is gone, or has let go of them. One that stood in its tool calls, or behind its plan,
 * goes on; of any other, what it had said goes into the history, marked `interrupted`, and its thread is free again. Several
 * processes may do this at once; each turn is taken by one. Who calls while it is under way waits for the same.
 */
export function createRecovery(host: Host, store: Store, recovery: Recovery): () => Promise<void> {
  const silence = createSilence(sweepMs);
  let looking: Promise<void> | undefined;
  const recoverTurns = async () => {
    const records = await store.findAll("running_turns");
    const isSilent = silence.look(records.map(signOf));
    for (const record of records)
      if (isLeft(record, isSilent(signOf(record)), recovery))
        await recoverTurn(host, store, record, recovery);
  };
  return () => {
    looking ??= recoverTurns().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}

/** Whose it is, and when it was last written. */
const signOf = ({ user_id, id, turn_id, instance, updated_at }: StoreRecord): string =>
  JSON.stringify([user_id, id, turn_id, instance, updated_at]);

/** One of ours is left for a lease before it is ours again: its log is still there for those who read it. */
function isLeft(record: StoreRecord, silent: boolean, { instance, runsHere }: Recovery): boolean {
  const owner = record.instance as string;
  return owner === instance ? silent && !runsHere(record.turn_id as string) : isGone(owner, instance, silent);
}

async function recoverTurn(
  host: Host,
  store: Store,
  record: StoreRecord,
  { instance, resume, release }: Recovery,
): Promise<void> {
  const left = await whatIsLeft(host, store, record);
  if (left === undefined || !(await takeOver(store, record, instance, left))) return;
  if (left.goesOn) {
    // Before anybody can answer this server: their word would come to a call that runs no more.
    await withdrawApprovals(store, { ...left.goesOn, instance }, { ofCalls: true });
    resume(left.goesOn, { events: left.said, lives: left.lives });
  } else await endTurn(host, store, { record, instance }, left, release);
}

/** What a turn had said, and how it goes on if it does. */
type Left = {
  readonly said: readonly TurnEvent[];
  readonly view: TurnView;
  /** How many servers have died under it. */
  readonly lives: number;
  /** How many of them may have died of it: one that only waited for its user's word is not to blame. */
  readonly tries: number;
  readonly goesOn?: Omit<Turn, "consent">;
};

/** @returns nothing where another process has taken care of it in between. */
async function whatIsLeft(host: Host, store: Store, record: StoreRecord): Promise<Left | undefined> {
  const at = { userId: record.user_id, threadId: record.id, turnId: record.turn_id as string };
  const kept = await saidIn(store, { userId: at.userId, store: "running_turns", id: at.threadId });
  if (kept === undefined) return undefined;
  const said = joined(kept.flatMap(({ item }) => item as unknown as TurnEvent[]));
  const view = foldTurn(said);
  const count = (field: string) => (record[field] as number | null) ?? 0;
  const left = {
    ...{ said, view, lives: count("lives") + 1 },
    tries: count("tries") + (onlyAsks(view) ? 0 : 1),
  };
  if (standingOf(view) === undefined || left.tries > mostTries || record.stop_asked === true) return left;
  if ((await host.get("message_processor")).goesOn !== true || (await endInHistory(host, at))) return left;
  const turn = await store.get({ ...at, store: "turns", id: at.turnId });
  const message = turn && (await messageOf(host, { ...at, messageId: turn.message_id as string }));
  if (!turn || !message) return left;
  const model = turn.model as string;
  // What its user may no longer use is not used on their behalf.
  const planMode = (turn.plan_mode as PlanMode | null) ?? undefined;
  const auth = await host.get("auth");
  for (const used of planMode === undefined ? [model] : [model, planMode.planner])
    if (!(await auth.requestAllowed({ username: at.userId, model: used }))) return left;
  const systemPrompt = turn.system_prompt as string;
  const instructions = (turn.instructions as string | null) ?? undefined;
  const settings = turn.settings as ModelSettings;
  return {
    ...left,
    goesOn: { ...at, message, model, systemPrompt, settings, ...given({ instructions, planMode }) },
  };
}

async function saidIn(store: Store, at: At): Promise<readonly CollectionItem[] | undefined> {
  try {
    return await store.collectionGet(at, "said");
  } catch (error) {
    if (codeOf(error) === "record_not_found") return undefined;
    throw error;
  }
}

async function takeOver(
  store: Store,
  record: StoreRecord,
  instance: string,
  { lives, tries }: Left,
): Promise<boolean> {
  const at = { userId: record.user_id, store: "running_turns", id: record.id };
  try {
    await store.update(
      at,
      { instance, lives, tries },
      // Of the very time: who was only silent may have said more since this was read.
      {
        instance: record.instance as string,
        turn_id: record.turn_id as string,
        updated_at: record.updated_at,
      },
    );
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict" || codeOf(error) === "record_not_found") return false; // another was faster
    throw error;
  }
}

/** Ends a turn that this process has taken over, unless another one has done so because this one was silent itself. */
async function endTurn(
  host: Host,
  store: Store,
  { record, instance }: { readonly record: StoreRecord; readonly instance: string },
  left: Left,
  release: Release,
): Promise<void> {
  const claim = {
    ...{ userId: record.user_id, threadId: record.id, turnId: record.turn_id as string },
    instance,
  };
  const turn = await store.get({ ...claim, store: "turns", id: claim.turnId });
  try {
    if (await messageOf(host, { ...claim, messageId: turn?.message_id as string }))
      await closeTurn(host, store, { claim, turn, stopped: record.stop_asked === true }, left, release);
    else {
      // Killed between the claim and the message: nobody was told that it was heard.
      await deleteIfEmpty(host, claim);
      await withdrawClaim(store, claim, (turn?.idempotency_key as string | null) ?? undefined);
    }
  } catch (error) {
    if (!isNotHeld(error) || (await isHeld(store, claim))) throw error;
  }
}

/** What it had said goes into the history, and its thread is free again. @throws what `isNotHeld` tells. */
async function closeTurn(
  host: Host,
  store: Store,
  {
    claim,
    turn,
    stopped,
  }: { readonly claim: HeldTurn; readonly turn: StoreRecord | undefined; readonly stopped: boolean },
  { view, tries }: Left,
  release: Release,
): Promise<void> {
  const saved = await endInHistory(host, claim);
  // What the history has already stays as it is: an entry is known by its id.
  const standing = tries > mostTries && !stopped ? standingOf(view) : undefined;
  const cutBy: CutBy = stopped ? "reader" : standing === undefined ? "server" : "crashes";
  const entries = historyEntries(claim.turnId, view, cutBy);
  const threads = await host.get("thread");
  const under = { parentId: turn?.message_id as string, held: heldOf(claim) };
  if (entries.length > 0) await threads.addMessages(claim, entries, under);
  await withdrawApprovals(store, claim);
  const end = endOf(view, saved, cutBy);
  const told =
    standing !== undefined && end.state === "interrupted"
      ? { ...end, cutBy, error: tooOften[standing] }
      : end;
  await release(claim, told);
  host.log.info(
    { thread: claim.threadId, turn: claim.turnId },
    "closed a turn that its process had left running",
  );
}

const tooOften: Readonly<Record<Standing, string>> = {
  "in its tool calls":
    "The server stopped three times in the tool calls of this answer, so it does not go on. Try again, without that tool.",
  "behind its plan":
    "The server stopped three times when this plan was to be carried out, so it does not go on. Try again.",
};

/** As its reader saw it. An answer that is whole in the history is done: an error before it was of a disk that got room. */
function endOf(view: TurnView, saved: TurnEnd | undefined, cutBy: CutBy): TurnEnd {
  if (saved?.state !== "done" && view.error !== undefined) {
    const { error, errorCode, upstreamStatus } = view;
    return { state: "failed", error, ...given({ errorCode, upstreamStatus }) };
  }
  return saved ?? { state: "interrupted", cutBy };
}

async function messageOf(
  host: Host,
  at: { readonly userId: string; readonly threadId: string; readonly messageId: string },
): Promise<ThreadMessage | undefined> {
  try {
    return await (await host.get("thread")).getMessage(at);
  } catch (error) {
    if (codeOf(error) === "message_not_found" || codeOf(error) === "thread_not_found") return undefined;
    throw error;
  }
}

/** How the turn ended, when its process was killed between saving the answer and saying so. */
async function endInHistory(
  host: Host,
  at: { readonly userId: string; readonly threadId: string; readonly turnId: string },
): Promise<Pick<TurnEnd, "state" | "cutBy"> | undefined> {
  const last = (await entriesOf(host, at, at.threadId)).at(-1); // all are saved in one step, and this one says how it went
  if (last === undefined) return undefined;
  const { cut_by: cutBy } = (last.meta?.turn ?? {}) as TurnMeta;
  return last.interrupted ? { state: "interrupted", ...given({ cutBy }) } : { state: "done" };
}

/** While the claim is there no other turn comes into the thread. */
async function deleteIfEmpty(host: Host, claim: HeldTurn): Promise<void> {
  const threads = await host.get("thread");
  try {
    if ((await threads.getThreadMessages(claim, { limit: 1 })).length > 0) return;
    await threads.deleteThread(claim, { held: heldOf(claim) });
  } catch (error) {
    if (codeOf(error) !== "thread_not_found") throw error; // it was not even made
  }
}
