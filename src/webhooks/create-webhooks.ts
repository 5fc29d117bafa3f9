import { setTimeout as sleep } from "node:timers/promises";
import { given } from "../lib/given.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store, Write } from "../protocols/store.ts";
import {
  countWaiting,
  createDeliveryStores,
  type Delivery,
  type DeliveryAt,
  type DeliveryList,
  deliveryRecord,
  listDeliveries,
  type Message,
  sendAgain,
  sendingSteps,
  trimDeliveries,
} from "./delivery-records.ts";
import { createListener, type HeardEvent } from "./listen.ts";
import { createOutbox, justWritten } from "./outbox.ts";
import {
  addWebhook,
  changeWebhook,
  createWebhookStores,
  deleteWebhook,
  listeningUsers,
  renewSecret,
  type Webhook,
  type WebhookAt,
  type WebhookChanges,
  webhookRecord,
  webhooksFor,
  webhooksOf,
} from "./webhook-records.ts";

/** Something that happened, to be told with the write that makes it so. */
export type Happening = {
  readonly userId: string;
  readonly event: string;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: JsonObject;
  /** Told as well, whatever webhooks there are. */
  readonly callbackUrl?: string;
};

/**
 * Tells receivers elsewhere what happens in an account. A message that was written is sent at least once, whatever dies
 * meanwhile: its id lets a receiver drop the second of two. Nothing is promised of the order.
 */
export type Webhooks = {
  /** @throws `bad_input`; `conflict` when there are too many. */
  create(
    webhook: { readonly userId: string } & Pick<Webhook, "url" | "events" | "active" | "description">,
  ): Promise<{ readonly webhook: Webhook; readonly secret: string }>;
  /** Oldest first. */
  list(userId: string): Promise<readonly Webhook[]>;
  /** @throws `record_not_found`. */
  get(at: WebhookAt): Promise<Webhook>;
  /** @throws `record_not_found`, `bad_input`. */
  change(at: WebhookAt, changes: WebhookChanges): Promise<Webhook>;
  /** What waits for it is not sent any more. @throws `record_not_found`. */
  delete(at: WebhookAt): Promise<void>;
  /** Sends it a `ping` now, once. @returns what came of it. @throws `record_not_found`. */
  test(at: WebhookAt): Promise<Delivery>;
  /**
   * A new secret for messages to a webhook; without an id, for those to addresses that jobs name. The one before counts no
   * more. @throws `record_not_found`.
   */
  renewSecret(userId: string, id?: string): Promise<string>;
  /** Newest first. */
  deliveries(userId: string, list: DeliveryList): Promise<readonly Delivery[]>;
  /** @throws `record_not_found`. */
  delivery(at: DeliveryAt): Promise<Delivery>;
  /** Sends a message again, under its id. @throws `record_not_found`. */
  replay(at: DeliveryAt): Promise<Delivery>;
  /** What to write in one step with a change of the store, so that whoever knows of the one is told of the other. */
  stepsFor(happening: Happening): Promise<readonly Write[]>;
  /** Those steps were written: what is due is sent now. */
  wake(): void;
};

/** Messages of one account that may wait; of a further one only the log tells, and it is not sent. */
const mostWaiting = 1_000;

const lookForUsersMs = 5_000;
const hourMs = 3_600_000;

/** @param told events that come by way of `stepsFor`, and so not from the log of the account. */
export async function createWebhooks(host: Host, told: ReadonlySet<string>): Promise<Webhooks> {
  const store = await host.get("store");
  await createWebhookStores(store);
  await createDeliveryStores(store);
  const outbox = createOutbox(host, store);
  const now = () => host.now().toISOString();
  const newId = () => `msg_${host.newId()}`;

  async function stepsFor(happening: Happening): Promise<readonly Write[]> {
    const { callbackUrl, ...message } = happening;
    const hooks = await webhooksFor(store, message.userId, message.event);
    const messages: readonly Message[] = [
      ...hooks.map(({ id, url }) => ({ ...message, webhookId: id, url })),
      ...(callbackUrl === undefined ? [] : [{ ...message, url: callbackUrl }]),
    ];
    if (messages.length === 0) return [];
    const full = (await countWaiting(store, message.userId)) >= mostWaiting;
    if (full) host.log.warn({ user: message.userId }, "too many messages wait: what is new is not sent");
    return messages.flatMap((one) => {
      const steps = sendingSteps(one, newId(), now());
      return full ? steps.slice(0, 1).map(asGivenUp) : steps;
    });
  }

  async function hear(userId: string, events: readonly HeardEvent[]): Promise<void> {
    const fresh = events.filter(({ event }) => !told.has(event));
    const steps = await Promise.all(
      fresh.map(({ event, data }) => stepsFor({ userId, event, timestamp: data.timestamp, data })),
    );
    if (steps.flat().length === 0) return;
    await store.transaction(steps.flat());
    outbox.wake();
  }

  const listener = createListener(host, hear);
  const lookForUsers = async () => listener.listenTo(await listeningUsers(store));

  async function changed<T>(result: T): Promise<T> {
    await lookForUsers();
    return result;
  }

  await lookForUsers();
  host.background("webhooks", (signal) => outbox.run(signal));
  every(host, lookForUsersMs, "accounts with webhooks", lookForUsers);
  every(host, hourMs, "old deliveries of webhooks", () => trim(host, store));

  return {
    stepsFor,
    wake: outbox.wake,
    create: async (webhook) => changed(await addWebhook(store, webhook, `wh_${host.newId()}`)),
    list: (userId) => webhooksOf(store, userId),
    get: (at) => webhookRecord(store, at),
    change: async (at, changes) => changed(await changeWebhook(store, at, changes)),
    delete: async (at) => changed(await deleteWebhook(store, at)),
    async test(at) {
      const { userId, id: webhookId, url } = await webhookRecord(store, at);
      const [id, timestamp] = [newId(), now()];
      const due = new Date(host.now().getTime() + hourMs).toISOString(); // until then it is nobody else's to try
      const data = { webhook_id: webhookId, timestamp };
      const message = { userId, webhookId, url, event: "ping", timestamp, data };
      await store.transaction(sendingSteps(message, id, due));
      await outbox.tryNow(justWritten({ userId, id }, due), new AbortController().signal);
      return deliveryRecord(store, { userId, id });
    },
    renewSecret: (userId, id) => renewSecret(store, userId, id),
    deliveries: (userId, list) => listDeliveries(store, userId, list),
    delivery: (at) => deliveryRecord(store, at),
    async replay(at) {
      const delivery = await sendAgain(store, at, now());
      outbox.wake();
      return delivery;
    },
  };
}

/** A message that nobody will send, as the log shows it. */
function asGivenUp(step: Write): Write {
  if (step.op !== "add") return step;
  const error = "Too many messages waited.";
  return { ...step, data: given({ ...step.data, state: "failed", error }) };
}

async function trim(host: Host, store: Store): Promise<void> {
  const keptMs = host.config.webhooks.keep_days * 86_400_000;
  await trimDeliveries(store, new Date(host.now().getTime() - keptMs).toISOString());
}

/** What fails is logged, and tried again the next time. */
function every(host: Host, ms: number, name: string, task: () => Promise<void>): void {
  host.background(name, async (signal) => {
    while (!signal.aborted) {
      await sleep(ms, undefined, { signal, ref: false }).catch(() => {}); // it was to end
      if (signal.aborted) return;
      await task().catch((error: unknown) => host.log.error({ err: error }, `background: ${name} failed`));
    }
  });
}
