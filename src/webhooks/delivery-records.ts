import { codeOf, SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Store, StoreRecord, Write } from "../protocols/store.ts";

/** A message to a receiver, and how its sending stands. */
export type Delivery = {
  /** The receiver sees it as `webhook-id`, the same each time. */
  readonly id: string;
  readonly userId: string;
  /** Absent: it goes where a job said. */
  readonly webhookId?: string;
  readonly url: string;
  /** Name of the account event, or `ping`. */
  readonly event: string;
  /** What is sent, byte by byte: `{"type", "timestamp", "data"}`. */
  readonly body: string;
  readonly state: "waiting" | "delivered" | "failed";
  /** Tries that were begun. */
  readonly attempt: number;
  /** Of the last answer. */
  readonly status?: number;
  /** How that answer begins. */
  readonly answer?: string;
  /** Why the last try failed. */
  readonly error?: string;
  readonly created: string;
  readonly updated: string;
};

export type DeliveryAt = { readonly userId: string; readonly id: string };

/** What a try came to. */
export type Outcome = Pick<Delivery, "status" | "answer" | "error">;

/** Something that is to be sent. */
export type Message = {
  readonly userId: string;
  readonly webhookId?: string;
  readonly url: string;
  readonly event: string;
  readonly timestamp: string;
  readonly data: JsonObject;
};

const log = "webhook_deliveries";
const outbox = "webhook_outbox";

/**
 * `webhook_deliveries` is the log of all that was or is to be sent. `webhook_outbox` holds what is to be sent, under the
 * same ids, so that looking for it stays cheap: `due` is when to try next. Whoever tries moves it on first, so nobody
 * else tries meanwhile, and somebody does if the process dies.
 */
export async function createDeliveryStores(store: Store): Promise<void> {
  await store.createStoreIfNotExists(log, {
    ...{ webhook_id: "str", url: "str", event: "str", body: "str", state: "str", attempt: "int" },
    ...{ status: "int", answer: "str", error: "str" },
  });
  await store.createStoreIfNotExists(outbox, { due: "str", attempt: "int" });
}

/** What to write, together with whatever the message is about, to have it sent. @param due when; ISO 8601. */
export function sendingSteps(message: Message, id: string, due: string): readonly Write[] {
  const { userId, webhookId, url, event, timestamp, data } = message;
  const body = JSON.stringify({ type: event, timestamp, data });
  const record = { webhook_id: webhookId ?? null, url, event, body, state: "waiting", attempt: 0 };
  return [
    { op: "add", in: { userId, store: log }, id, data: record },
    { op: "add", in: { userId, store: outbox }, id, data: { due, attempt: 0 } },
  ];
}

/** How many messages of this account wait. */
export const countWaiting = (store: Store, userId: string): Promise<number> =>
  store.count({ userId, store: outbox });

/** What is in the outbox. */
export type Waiting = DeliveryAt & { readonly due: string; readonly attempt: number };

/** All that is due, that which has waited longest first. */
export const dueDeliveries = async (store: Store, now: string): Promise<readonly Waiting[]> =>
  (await store.findAll(outbox, { where: { due: { $lte: now } }, orderBy: "due" })).map(waitingOf);

/** What is due next, some time later. */
export async function nextDelivery(store: Store, now: string): Promise<Waiting | undefined> {
  const [next] = await store.findAll(outbox, { where: { due: { $gt: now } }, orderBy: "due", limit: 1 });
  return next && waitingOf(next);
}

const waitingOf = ({ user_id: userId, id, due, attempt }: StoreRecord): Waiting => ({
  ...{ userId, id, due: due as string, attempt: attempt as number },
});

/** Takes a message to try it. @param until when others may. @returns whether it is ours. */
export async function takeDelivery(store: Store, waiting: Waiting, until: string): Promise<boolean> {
  const { userId, id, due, attempt } = waiting;
  try {
    await store.update({ userId, store: outbox, id }, { due: until, attempt: attempt + 1 }, { due, attempt });
    return true;
  } catch (error) {
    if (codeOf(error) === "conflict" || codeOf(error) === "record_not_found") return false; // another was faster
    throw error;
  }
}

/** Puts a message back that was taken and not tried to the end. */
export async function putBackDelivery(store: Store, { userId, id, due, attempt }: Waiting): Promise<void> {
  await store.update({ userId, store: outbox, id }, { due, attempt });
}

/** Writes down what a try came to. @param next when to try again; absent: it is over. */
export async function endTry(
  store: Store,
  { userId, id }: DeliveryAt,
  tried: Outcome & { readonly state: Delivery["state"]; readonly attempt: number },
  next?: string,
): Promise<void> {
  const { state, attempt, status = null, answer = null, error = null } = tried;
  const at = { userId, store: outbox, id };
  await store.transaction([
    { op: "update", at: { userId, store: log, id }, changes: { state, attempt, status, answer, error } },
    next === undefined ? { op: "delete", at } : { op: "update", at, changes: { due: next } },
  ]);
}

/** Takes out of the outbox what the log does not know any more. */
export const forgetDelivery = async (store: Store, { userId, id }: DeliveryAt): Promise<void> =>
  void (await store.delete({ userId, store: outbox, id }));

export async function findDelivery(store: Store, at: DeliveryAt): Promise<Delivery | undefined> {
  const record = await store.get({ ...at, store: log });
  return record && deliveryOf(record);
}

/** @throws `record_not_found`. */
export async function deliveryRecord(store: Store, at: DeliveryAt): Promise<Delivery> {
  const found = await findDelivery(store, at);
  if (found) return found;
  throw new SkeletonError("record_not_found", "There is no such delivery.", {
    hint: "GET /api/v1/webhooks/deliveries lists them; old ones are not kept.",
  });
}

export type DeliveryList = {
  readonly webhookId?: string;
  readonly state?: Delivery["state"];
  readonly limit: number;
  /** Only those older than the one of this id. */
  readonly before?: string;
};

/** This account's, newest first: ids sort by age. */
export async function listDeliveries(
  store: Store,
  userId: string,
  { webhookId, state, limit, before }: DeliveryList,
): Promise<readonly Delivery[]> {
  const where = given({
    webhook_id: webhookId,
    state,
    id: before === undefined ? undefined : { $lt: before },
  });
  const find = { where, orderBy: "id", descending: true, limit };
  return (await store.find({ userId, store: log }, find)).map(deliveryOf);
}

/** Has a message sent again, now: its tries begin anew. @throws `record_not_found`. */
export async function sendAgain(store: Store, at: DeliveryAt, now: string): Promise<Delivery> {
  const { userId, id } = await deliveryRecord(store, at);
  await store.transaction([
    {
      op: "update",
      at: { userId, store: log, id },
      changes: { state: "waiting", attempt: 0, status: null, answer: null, error: null },
    },
    { op: "delete", at: { userId, store: outbox, id } },
    { op: "add", in: { userId, store: outbox }, id, data: { due: now, attempt: 0 } },
  ]);
  return deliveryRecord(store, at);
}

/** Old ones that are read at once. */
const trimmedAtOnce = 100;

/**
 * Removes what is older than `before` from the log, of every account. It is read from its beginning to the first one that is
 * newer: looking for old ones by their time would read all of it, while whatever else is to be read waits.
 */
export async function trimDeliveries(store: Store, before: string): Promise<void> {
  for (let waiting = 0; ; ) {
    const oldest = await store.findAll(log, { offset: waiting, limit: trimmedAtOnce });
    for (const { user_id: userId, id, created_at: created, state } of oldest) {
      if (created >= before) return;
      if (state === "waiting") waiting += 1;
      else await store.delete({ userId, store: log, id });
    }
    if (oldest.length < trimmedAtOnce) return;
  }
}

const deliveryOf = (record: StoreRecord): Delivery => ({
  id: record.id,
  userId: record.user_id,
  url: record.url as string,
  event: record.event as string,
  body: record.body as string,
  state: record.state as Delivery["state"],
  attempt: record.attempt as number,
  created: record.created_at,
  updated: record.updated_at,
  ...given({
    webhookId: (record.webhook_id as string | null) ?? undefined,
    status: (record.status as number | null) ?? undefined,
    answer: (record.answer as string | null) ?? undefined,
    error: (record.error as string | null) ?? undefined,
  }),
});
