import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import type { Store } from "../../protocols/store.ts";
import { answering } from "./answering.ts";

const STORE = "revoked_tokens";
/** How long "not revoked" is believed: another process's revocation is seen within this time. */
const BELIEVE_MS = 2000;
/** Tokens remembered at once; some 200 bytes each. */
const REMEMBER = 10_000;
const PURGE_EVERY_MS = 3_600_000;
const PURGE_AT_ONCE = 500;

/** Which sign-in. */
export type SignIn = { readonly username: string; readonly tokenId: string; readonly expiresAt: Date };

export type Revocations = {
  /** Durable once it resolves. Repeating it is harmless. */
  add(signIn: SignIn): Promise<void>;
  /** @throws `store_unavailable`, `store_locked`: it does not guess, and a 503 signs nobody out as a 401 would. */
  has(signIn: SignIn): Promise<boolean>;
};

/** Revoked tokens in the store, until they expire, with a short memory in front. */
export function createRevocations(host: Pick<Host, "get" | "now" | "background">): Revocations {
  /** Per token: the time until which the answer holds; a revoked one holds for good. */
  const remembered = new Map<string, { readonly revoked: boolean; readonly until: number }>();
  const open = lazyStore(host, STORE, { expires_at: "int" });
  let purgedAt: number | undefined;

  /** `askedAt`: an answer is as old as its question. */
  function remember({ username, tokenId }: SignIn, revoked: boolean, askedAt: number): void {
    const key = JSON.stringify([username, tokenId]);
    if (remembered.get(key)?.revoked === true) return; // never taken back by a question that was asked before
    remembered.delete(key);
    remembered.set(key, { revoked, until: revoked ? Number.POSITIVE_INFINITY : askedAt + BELIEVE_MS });
    if (remembered.size > REMEMBER) remembered.delete(remembered.keys().next().value ?? key);
  }

  async function purge(store: Store, signal: AbortSignal): Promise<void> {
    const before = Math.floor(host.now().getTime() / 1000);
    for (;;) {
      const expired = await store.findAll(STORE, {
        where: { expires_at: { $lt: before } },
        limit: PURGE_AT_ONCE,
      });
      for (const { user_id: userId, id } of expired) {
        signal.throwIfAborted();
        await store.delete({ userId, store: STORE, id });
      }
      if (expired.length < PURGE_AT_ONCE) return;
    }
  }

  function purgeIfDue(store: Store): void {
    const now = host.now().getTime();
    if (purgedAt !== undefined && now - purgedAt < PURGE_EVERY_MS) return;
    purgedAt = now;
    host.background("auth: forget expired revocations", (signal) => purge(store, signal));
  }

  return {
    async add(signIn) {
      const { username: userId, tokenId, expiresAt } = signIn;
      await answering(async () => {
        const store = await open();
        const data = { expires_at: Math.ceil(expiresAt.getTime() / 1000) };
        await store.add({ userId, store: STORE }, data, tokenId).catch((error: unknown) => {
          if (codeOf(error) !== "duplicate_record") throw error;
        });
        purgeIfDue(store);
      });
      remember(signIn, true, host.now().getTime());
    },
    async has(signIn) {
      const { username: userId, tokenId: id } = signIn;
      const known = remembered.get(JSON.stringify([userId, id]));
      const askedAt = host.now().getTime();
      const left = known === undefined ? 0 : known.until - askedAt;
      // A clock that was set back must not make "not revoked" last longer.
      if (known !== undefined && left > 0 && (known.revoked || left <= BELIEVE_MS)) return known.revoked;
      const record = await answering(async () => (await open()).get({ userId, store: STORE, id }));
      remember(signIn, record !== undefined, askedAt);
      return record !== undefined;
    },
  };
}
