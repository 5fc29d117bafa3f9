import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf, SkeletonError } from "../lib/errors.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store, StoreRecord } from "../protocols/store.ts";
import type { Started, TurnRequest } from "../protocols/turn-request.ts";

export type Idempotency = { readonly key: string; readonly requestHash: string };

/** A request's key with what it asks for; `undefined` when it has no key. */
export function idempotencyOf(request: TurnRequest): Idempotency | undefined {
  const { idempotencyKey, ...rest } = request;
  if (idempotencyKey === undefined) return undefined;
  const requestHash = createHash("sha256").update(JSON.stringify(rest)).digest("base64url");
  return { key: idempotencyKey, requestHash };
}

const recordOf = (store: Store, userId: string, key: string): Promise<StoreRecord | undefined> =>
  store.get({ userId, store: "idempotency_keys", id: key });

const startedOf = (record: StoreRecord): Started => ({
  threadId: record.thread_id as string,
  turnId: record.turn_id as string,
  messageId: record.message_id as string,
});

/** What this key began before, whatever the request was. */
export async function begunBy(store: Store, userId: string, key: string): Promise<Started | undefined> {
  const record = await recordOf(store, userId, key);
  return record && startedOf(record);
}

/** How often, and every how many ms, it is looked whether a message is safe that another process has taken. */
const [looks, lookAgainMs] = [20, 100];

/**
 * What this key began before, once its message is safe: whoever hears of it sooner may hear of what a crash takes back.
 * @throws `idempotency_mismatch` when that was another request; `turn_running` when its message is not safe after two seconds.
 */
export async function startedBefore(
  host: Host,
  store: Store,
  userId: string,
  { key, requestHash }: Idempotency,
): Promise<Started | undefined> {
  for (let left = looks; ; left -= 1) {
    const record = await recordOf(store, userId, key);
    if (!record) return undefined;
    if (record.request_hash !== requestHash) throw usedBefore();
    const started = startedOf(record);
    if (await isSafe(host, store, { userId, ...started })) return started;
    if (left === 0) throw notSafeYet(started);
    await sleep(lookAgainMs);
  }
}

/** Of a turn that is over it was, even if its thread was erased since. */
async function isSafe(host: Host, store: Store, at: Started & { readonly userId: string }): Promise<boolean> {
  const turn = await store.get({ userId: at.userId, store: "turns", id: at.turnId });
  if (turn === undefined) return false; // it was taken back at this moment, and its key with it
  if (turn.state !== "running") return true;
  try {
    await (await host.get("thread")).getMessage(at);
    return true;
  } catch (error) {
    if (codeOf(error) === "message_not_found" || codeOf(error) === "thread_not_found") return false;
    throw error;
  }
}

const usedBefore = () =>
  new SkeletonError("idempotency_mismatch", "This Idempotency-Key was used for another request.", {
    hint: "Use a new key for a new request.",
  });

const notSafeYet = ({ turnId }: Started) =>
  new SkeletonError("turn_running", "This request is being begun.", {
    hint: "Send it again in some seconds, with the same key.",
    details: { turnId },
  });
