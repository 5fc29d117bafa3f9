import { codeOf } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { Json } from "../protocols/json.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store, StoreRecord } from "../protocols/store.ts";
import { withdrawApprovals } from "./approval-records.ts";
import { foldCheckpoints } from "./checkpoint.ts";
import type { TurnView } from "./fold-turn.ts";
import { historyEntries } from "./history-entries.ts";
import { isGone } from "./instance.ts";
import { releaseThread, type TurnEnd, type TurnRecord, withdrawClaim } from "./turn-records.ts";

/**
 * Ends the turns whose process is gone: what they had said goes into the history, marked `interrupted`, and their
 * threads are free again. Several processes may do this at once; each turn is taken by one.
 * @returns how many were ended.
 */
export async function recoverTurns(host: Host, store: Store, instance: string): Promise<number> {
  let recovered = 0;
  for (const record of await store.findAll("running_turns")) {
    if (!isGone(record.instance as string, instance, new Date(record.updated_at), host.now())) continue;
    if (!(await takeOver(store, record, instance))) continue;
    await endTurn(host, store, record);
    recovered += 1;
  }
  return recovered;
}

async function takeOver(store: Store, record: StoreRecord, instance: string): Promise<boolean> {
  const at = { userId: record.user_id, store: "running_turns", id: record.id };
  try {
    await store.update(
      at,
      { instance },
      { instance: record.instance as string, turn_id: record.turn_id as string },
    );
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict" || codeOf(error) === "record_not_found") return false; // another was faster
    throw error;
  }
}

async function endTurn(host: Host, store: Store, record: StoreRecord): Promise<void> {
  const userId = record.user_id;
  const threadId = record.id;
  const turnId = record.turn_id as string;
  const claim = { userId, threadId, turnId };
  const turn = await store.get({ userId, store: "turns", id: turnId });
  const messageId = turn?.message_id as string;
  if (!(await hasMessage(host, { userId, threadId, messageId }))) {
    // Killed between the claim and the message: nobody was told that it was heard.
    await withdrawClaim(store, claim, (turn?.idempotency_key as string | null) ?? undefined);
    await deleteIfEmpty(host, { userId, threadId });
    return;
  }
  const saved = await stateInHistory(host, claim);
  const said = await store.collectionGet({ userId, store: "running_turns", id: threadId }, "said");
  const view = foldCheckpoints(said.map(({ item }) => item as Json));
  // What the history has already stays as it is: an entry is known by its id.
  const entries = historyEntries(turnId, view, "server");
  const threads = await host.get("thread");
  if (entries.length > 0) await threads.addMessages(claim, entries, { parentId: messageId });
  await withdrawApprovals(store, claim);
  await releaseThread(store, claim, endOf(view, saved));
  host.log.info({ thread: threadId, turn: turnId }, "closed a turn that its process had left running");
}

/** As its reader saw it. An answer that is whole in the history is done: an error before it was of a disk that got room. */
function endOf(view: TurnView, saved: TurnRecord["state"] | undefined): TurnEnd {
  if (saved !== "done" && view.error !== undefined) {
    return { state: "failed", error: view.error, ...given({ errorCode: view.errorCode }) };
  }
  return saved ? { state: saved } : { state: "interrupted", cutBy: "server" };
}

async function hasMessage(
  host: Host,
  at: { readonly userId: string; readonly threadId: string; readonly messageId: string },
): Promise<boolean> {
  try {
    await (await host.get("thread")).getMessage(at);
    return true;
  } catch (error) {
    if (codeOf(error) === "message_not_found" || codeOf(error) === "thread_not_found") return false;
    throw error;
  }
}

/** How the turn ended, when its process was killed between saving the answer and saying so. */
async function stateInHistory(
  host: Host,
  {
    userId,
    threadId,
    turnId,
  }: { readonly userId: string; readonly threadId: string; readonly turnId: string },
): Promise<TurnRecord["state"] | undefined> {
  const newest = await (await host.get("thread")).getThreadMessages({ userId, threadId }, { limit: 100 });
  const own = newest.filter((message) => message.turnId === turnId);
  if (own.length === 0) return undefined;
  return own.some((message) => message.interrupted) ? "interrupted" : "done";
}

async function deleteIfEmpty(
  host: Host,
  at: { readonly userId: string; readonly threadId: string },
): Promise<void> {
  const threads = await host.get("thread");
  try {
    if ((await threads.getThreadMessages(at, { limit: 1 })).length === 0) await threads.deleteThread(at);
  } catch (error) {
    if (codeOf(error) !== "thread_not_found") throw error; // it was not even made
  }
}
