import { codeOf } from "../lib/errors.ts";
import { inSentences } from "../lib/in-sentences.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { Delivery, Outcome } from "./delivery-records.ts";
import { signedHeaders } from "./signature.ts";
import { secretOf, type Webhook, webhookRecord } from "./webhook-records.ts";

/** Characters of an answer that are kept, for whoever looks for what went wrong. */
const excerptLength = 500;

/** Bytes of an answer that are read; the receiver may have more to say. */
const maxAnswerBytes = 4096;

/** What came of a try. `gone`: the receiver wants no more of these. `hopeless`: another try would end the same way. */
export type Tried = Outcome & { readonly result: "delivered" | "failed" | "hopeless" | "gone" };

/** Posts a message once. Only the signal makes it throw. */
export async function sendDelivery(
  host: Host,
  store: Store,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Tried> {
  const { userId, webhookId, id, url, body, event } = delivery;
  const webhook = webhookId === undefined ? undefined : await findWebhook(store, { userId, id: webhookId });
  if (webhookId !== undefined && webhook === undefined) {
    return { result: "hopeless", error: "The webhook was deleted." };
  }
  if (webhook?.active === false && event !== "ping") {
    return { result: "hopeless", error: "The webhook is not active." };
  }
  const secret = await secretOf(store, { userId, id: webhookId });
  try {
    const { status, text } = await host.fetch(webhook?.url ?? url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...signedHeaders({ id, body, secret }, host.now()),
      },
      body,
      maxRedirects: 0,
      maxBytes: maxAnswerBytes,
      cut: true,
      timeoutMs: host.config.webhooks.timeout_ms,
      signal,
    });
    const answer = text().slice(0, excerptLength);
    if (status >= 200 && status < 300) return { result: "delivered", status, answer };
    const error =
      status < 400 ? "It redirects; give the address that it leads to." : `It answered ${status}.`;
    return { result: status === 410 ? "gone" : "failed", status, answer, error };
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error);
    const thrown = error as { readonly message: string; readonly hint?: unknown };
    if (typeof thrown.hint !== "string") {
      host.log.error({ err: error, delivery: id }, "a webhook could not be sent");
      return { result: "failed", error: "Something went wrong in the server; its log says more." };
    }
    const hopeless = code === "address_not_allowed" || code === "bad_input";
    return { result: hopeless ? "hopeless" : "failed", error: inSentences(thrown) };
  }
}

async function findWebhook(
  store: Store,
  at: { readonly userId: string; readonly id: string },
): Promise<Webhook | undefined> {
  try {
    return await webhookRecord(store, at);
  } catch (error) {
    if (codeOf(error) === "record_not_found") return undefined;
    throw error;
  }
}
