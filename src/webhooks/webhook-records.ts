import { checkWebAddress } from "../lib/check-web-address.ts";
import { SkeletonError } from "../lib/errors.ts";
import { given } from "../lib/given.ts";
import { webhookSecretStore } from "../lib/webhook-secret-store.ts";
import type { Store, StoreRecord } from "../protocols/store.ts";
import { newSecret } from "./signature.ts";

/** Where an account's events go. */
export type Webhook = {
  readonly id: string;
  readonly userId: string;
  readonly url: string;
  /** Names of account events; `*` is all of them. */
  readonly events: readonly string[];
  /** What is not active is told nothing. A receiver that answers 410 ends it. */
  readonly active: boolean;
  readonly description: string;
  readonly created: string;
};

export type WebhookAt = { readonly userId: string; readonly id: string };

export type WebhookChanges = Partial<Pick<Webhook, "url" | "events" | "active" | "description">>;

/** So many an account at most: each event is a write and a request for each of them. */
const mostWebhooks = 20;

const name = "webhooks";
const secrets = webhookSecretStore;
/** In the place of a webhook's id: what is posted to addresses that jobs name. */
const callbacks = "callbacks";

export async function createWebhookStores(store: Store): Promise<void> {
  await store.createStoreIfNotExists(name, {
    ...{ url: "str", events: "json", active: "bool", description: "str" },
  });
  await store.createStoreIfNotExists(secrets, { secret: "str" });
}

/** @returns it, with the secret that nobody is shown again. @throws `bad_input`; `conflict` when there are too many. */
export async function addWebhook(
  store: Store,
  {
    userId,
    ...fields
  }: { readonly userId: string } & Pick<Webhook, "url" | "events" | "active" | "description">,
  id: string,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  checkWebAddress(fields.url);
  if ((await store.count({ userId, store: name })) >= mostWebhooks) {
    throw new SkeletonError("conflict", `You have ${mostWebhooks} webhooks already.`, {
      hint: "Delete one that is not needed any more.",
    });
  }
  const secret = newSecret();
  await store.transaction([
    { op: "add", in: { userId, store: name }, id, data: { ...fields, events: [...fields.events] } },
    { op: "add", in: { userId, store: secrets }, id, data: { secret } },
  ]);
  return { webhook: await webhookRecord(store, { userId, id }), secret };
}

/** @throws `record_not_found`. */
export async function webhookRecord(store: Store, at: WebhookAt): Promise<Webhook> {
  const record = await store.get({ ...at, store: name });
  if (record) return webhookOf(record);
  throw new SkeletonError("record_not_found", "There is no such webhook.", {
    hint: "GET /api/v1/webhooks lists yours.",
  });
}

/** This account's, oldest first. */
export const webhooksOf = async (store: Store, userId: string): Promise<readonly Webhook[]> =>
  (await store.find({ userId, store: name }, { orderBy: "created_at" })).map(webhookOf);

/** Those of this account that want to hear of this event. */
export const webhooksFor = async (store: Store, userId: string, event: string): Promise<readonly Webhook[]> =>
  (await webhooksOf(store, userId)).filter(
    ({ active, events }) => active && (events.includes("*") || events.includes(event)),
  );

/** Accounts that have a webhook which is active. */
export async function listeningUsers(store: Store): Promise<ReadonlySet<string>> {
  const records = await store.findAll(name, { where: { active: true } });
  return new Set(records.map(({ user_id: userId }) => userId));
}

/** @throws `record_not_found`, `bad_input`. */
export async function changeWebhook(store: Store, at: WebhookAt, changes: WebhookChanges): Promise<Webhook> {
  if (changes.url !== undefined) checkWebAddress(changes.url);
  await webhookRecord(store, at);
  const { events, ...rest } = changes;
  await store.update({ ...at, store: name }, given({ ...rest, events: events && [...events] }));
  return webhookRecord(store, at);
}

/** @throws `record_not_found`. */
export async function deleteWebhook(store: Store, at: WebhookAt): Promise<void> {
  await webhookRecord(store, at);
  await store.transaction([
    { op: "delete", at: { ...at, store: name } },
    { op: "delete", at: { ...at, store: secrets } },
  ]);
}

/** What messages to a webhook are signed with; without an id, those to addresses that a job named. */
export async function secretOf(
  store: Store,
  { userId, id }: { readonly userId: string; readonly id: string | undefined },
): Promise<string | undefined> {
  return (await store.get({ userId, store: secrets, id: id ?? callbacks }))?.secret as string | undefined;
}

/**
 * Makes the secret of a webhook anew; without an id, that of callbacks. @returns it; nobody is shown it again.
 * @throws `record_not_found`.
 */
export async function renewSecret(store: Store, userId: string, id?: string): Promise<string> {
  if (id !== undefined) await webhookRecord(store, { userId, id });
  const at = { userId, store: secrets, id: id ?? callbacks };
  const secret = newSecret();
  await store.transaction([
    { op: "delete", at },
    { op: "add", in: { userId, store: secrets }, id: at.id, data: { secret } },
  ]);
  return secret;
}

const webhookOf = (record: StoreRecord): Webhook => ({
  id: record.id,
  userId: record.user_id,
  url: record.url as string,
  events: record.events as readonly string[],
  active: record.active as boolean,
  description: record.description as string,
  created: record.created_at,
});
