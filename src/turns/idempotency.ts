import { createHash } from "node:crypto";
import { SkeletonError } from "../lib/errors.ts";
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

/** What this key began before. @throws `idempotency_mismatch` when that was another request. */
export async function startedBefore(
  store: Store,
  userId: string,
  { key, requestHash }: Idempotency,
): Promise<Started | undefined> {
  const record = await recordOf(store, userId, key);
  if (!record) return undefined;
  if (record.request_hash === requestHash) return startedOf(record);
  throw new SkeletonError("idempotency_mismatch", "This Idempotency-Key was used for another request.", {
    hint: "Use a new key for a new request.",
  });
}
