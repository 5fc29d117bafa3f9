import { createHmac } from "node:crypto";
import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import { answering } from "./answering.ts";
import { newSecret } from "./secret.ts";

const STORE = "setup_links";
const place = { userId: "setup link", store: STORE };
const at = { ...place, id: "current" };
/** A link that nobody used is in a log somewhere. */
const GOOD_FOR_MS = 7 * 24 * 3_600_000;

/** What makes the first account: the same for all who share store and token secret. */
export type SetupSecret = {
  /** Good for a week, or until it is used. @throws `store_unavailable`, `store_locked`. */
  current(): Promise<string>;
  /** From now on it is another one. @throws as `current`. */
  used(): Promise<void>;
};

/** Made of the token secret, which is in no database, and of a salt in the store, which is taken away once the link was used. */
export function createSetupSecret(host: Pick<Host, "get" | "now">, tokenSecret: string): SetupSecret {
  const open = lazyStore(host, STORE, { salt: "str" });

  async function salt(): Promise<string> {
    const store = await open();
    for (;;) {
      const known = await store.get(at);
      const salt = known?.salt as string | undefined;
      if (known && salt && host.now().getTime() - Date.parse(known.updated_at) < GOOD_FOR_MS) return salt;
      const made = { salt: newSecret() };
      const making = salt ? store.update(at, made, { salt }) : store.add(place, made, at.id);
      await making.then(() => {}, unlessAnother); // then it is the other's that counts
    }
  }

  return {
    async current() {
      const salted = await answering(salt);
      return createHmac("sha256", tokenSecret).update(`the first account: ${salted}`).digest("base64url");
    },
    used: () => answering(async () => void (await (await open()).delete(at))),
  };
}

/** Another process was first. */
function unlessAnother(error: unknown): void {
  if (!["duplicate_record", "conflict", "record_not_found"].includes(codeOf(error))) throw error;
}
