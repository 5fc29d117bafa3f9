import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import {
  type Delivery,
  type DeliveryAt,
  dueDeliveries,
  endTry,
  findDelivery,
  forgetDelivery,
  nextDelivery,
  putBackDelivery,
  takeDelivery,
  type Waiting,
} from "./delivery-records.ts";
import { sendDelivery } from "./send-delivery.ts";
import { changeWebhook } from "./webhook-records.ts";

/** How often the outbox is looked into without being told: for what other processes wrote or left. */
const lookAgainMs = 5_000;

/** At once: in all, and of one account, so that one whose receivers are slow keeps nobody else waiting. */
const mostAtOnce = 32;
const mostOfUser = 4;

/** Beyond the time that a try may take; then its process is taken for dead. */
const graceMs = 5_000;

const maxPauseMs = 6 * 3_600_000;

/** Sends what is in the outbox. Any number of processes may do so. */
export type Outbox = {
  /** Until the signal aborts; a try that runs by then is put back. */
  run(signal: AbortSignal): Promise<void>;
  /** Something was written that is due. */
  wake(): void;
  /** Tries one message now, unless it is being tried already. */
  tryNow(waiting: Waiting, signal: AbortSignal): Promise<void>;
};

export function createOutbox(host: Host, store: Store): Outbox {
  const { attempts, first_pause_ms: firstPauseMs, timeout_ms: timeoutMs } = host.config.webhooks;
  let woken = Promise.withResolvers<void>();
  /** Ids of messages being tried here, by account. */
  const trying = new Map<string, Set<string>>();
  const count = () => [...trying.values()].reduce((sum, ids) => sum + ids.size, 0);
  const later = (ms: number) => new Date(host.now().getTime() + ms).toISOString();

  async function tryNow(waiting: Waiting, signal: AbortSignal): Promise<void> {
    if (!(await takeDelivery(store, waiting, later(timeoutMs + graceMs)))) return;
    const delivery = await findDelivery(store, waiting);
    if (delivery === undefined) return forgetDelivery(store, waiting);
    try {
      await attempt(delivery, waiting.attempt + 1, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      await putBackDelivery(store, waiting);
    }
  }

  async function attempt(delivery: Delivery, number: number, signal: AbortSignal): Promise<void> {
    const { userId, webhookId: id } = delivery;
    const { result, ...outcome } = await sendDelivery(host, store, delivery, signal);
    const tried = { ...outcome, attempt: number };
    if (result === "delivered") return endTry(store, delivery, { ...tried, state: "delivered" });
    if (result === "gone" && id !== undefined) await changeWebhook(store, { userId, id }, { active: false });
    const most = delivery.event === "ping" ? 1 : attempts;
    if (result !== "failed" || number >= most) {
      host.log.warn(
        { user: userId, delivery: delivery.id, status: outcome.status },
        "a webhook was given up",
      );
      return endTry(store, delivery, { ...tried, state: "failed" });
    }
    const pauseMs = Math.min(firstPauseMs * 4 ** (number - 1), maxPauseMs);
    return endTry(store, delivery, { ...tried, state: "waiting" }, later(pauseMs));
  }

  function begin(waiting: Waiting, signal: AbortSignal): void {
    const { userId, id } = waiting;
    const own = trying.get(userId) ?? new Set<string>();
    if (own.has(id) || own.size >= mostOfUser || count() >= mostAtOnce) return;
    trying.set(userId, own.add(id));
    host.background(`webhook ${id}`, async () => {
      try {
        await tryNow(waiting, signal);
      } finally {
        own.delete(id);
        if (own.size === 0) trying.delete(userId);
        woken.resolve();
      }
    });
  }

  return {
    tryNow,
    wake: () => woken.resolve(),
    async run(signal) {
      while (!signal.aborted) {
        woken = Promise.withResolvers();
        const now = host.now().toISOString();
        let pauseMs = lookAgainMs;
        try {
          for (const waiting of await dueDeliveries(store, now)) begin(waiting, signal);
          const next = await nextDelivery(store, now);
          if (next) pauseMs = Math.min(pauseMs, Date.parse(next.due) - host.now().getTime());
        } catch (error) {
          host.log.error({ err: error }, "the outbox of webhooks could not be read");
        }
        await Promise.race([woken.promise, pause(Math.max(pauseMs, 10), signal)]);
      }
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {}); // it was to end
}

/** What the outbox holds of a message that was just written. */
export const justWritten = ({ userId, id }: DeliveryAt, due: string): Waiting => ({
  userId,
  id,
  due,
  attempt: 0,
});
