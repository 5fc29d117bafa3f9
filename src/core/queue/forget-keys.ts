import type { Host } from "../../protocols/plugin.ts";
import type { Draft } from "./draft.ts";
import type { Ledger } from "./ledger.ts";
import { rememberedMs } from "./send-job.ts";

const everyMs = 3_600_000;
const atOnce = 200;

/** @returns a function that, once an hour, has the keys forgotten whose jobs have been over for a day. */
export function forgettingKeys(host: Host, ledger: Ledger): () => void {
  let forgottenAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = host.now().getTime();
    if (now - forgottenAt < everyMs) return;
    forgottenAt = now;
    host.background("queue: forget idempotency keys", async (signal) => {
      while (!signal.aborted && (await ledger.change(forgetSome)));
    });
  };
}

/** @returns whether there may be more. */
async function forgetSome(draft: Draft): Promise<boolean> {
  const upTo = { field: "over", most: draft.now - rememberedMs - 1 } as const;
  const old = await draft.keys.find({ equal: {}, upTo, orderBy: "over", limit: atOnce });
  for (const key of old) draft.keys.remove(key);
  return old.length === atOnce;
}
