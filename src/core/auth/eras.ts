import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import { answering } from "./answering.ts";

const STORE = "sign_in_eras";
const ID = "current";
/** How long an era is believed to go on: another process's end of it is seen within this time. */
const BELIEVE_MS = 2000;
/** Users remembered at once. */
const REMEMBER = 10_000;

/**
 * Eras of sign-ins: a token belongs to the era it was made in, and ends with it. Times would not do: two processes'
 * clocks differ, and whoever ends all sign-ins may sign in again within the same second.
 */
export type Eras = {
  /** Durable once it resolves: every token of this user that was made before ends. */
  begin(username: string): Promise<void>;
  /**
   * `undefined` before the user ended all sign-ins for the first time.
   * @param options.fresh for a new token, which must not belong to an era that ended a second ago elsewhere.
   * @throws `store_unavailable`, `store_locked`: it does not guess.
   */
  current(username: string, options?: { readonly fresh?: boolean }): Promise<string | undefined>;
};

export function createEras(host: Pick<Host, "get" | "now" | "newId">): Eras {
  const remembered = new Map<string, { readonly era: string | undefined; readonly askedAt: number }>();
  const open = lazyStore(host, STORE, { era: "str" });

  /** `askedAt`: an answer is as old as its question, and no older one takes its place. */
  function remember(username: string, era: string | undefined, askedAt: number): void {
    const known = remembered.get(username);
    if (known !== undefined && known.askedAt >= askedAt) return;
    remembered.delete(username);
    remembered.set(username, { era, askedAt });
    if (remembered.size > REMEMBER) remembered.delete(remembered.keys().next().value ?? username);
  }

  return {
    async begin(username) {
      const era = host.newId();
      await answering(async () => {
        const store = await open();
        await store.add({ userId: username, store: STORE }, { era }, ID).catch((error: unknown) => {
          if (codeOf(error) !== "duplicate_record") throw error;
          return store.update({ userId: username, store: STORE, id: ID }, { era });
        });
      });
      remembered.set(username, { era, askedAt: host.now().getTime() });
    },
    async current(username, { fresh = false } = {}) {
      const askedAt = host.now().getTime();
      const known = remembered.get(username);
      const age = known === undefined ? Number.POSITIVE_INFINITY : askedAt - known.askedAt;
      if (known !== undefined && !fresh && age >= 0 && age < BELIEVE_MS) return known.era;
      const record = await answering(async () =>
        (await open()).get({ userId: username, store: STORE, id: ID }),
      );
      const era = typeof record?.era === "string" ? record.era : undefined;
      remember(username, era, askedAt);
      return era;
    },
  };
}
