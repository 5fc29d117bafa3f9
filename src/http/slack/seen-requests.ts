import { codeOf } from "../../lib/errors.ts";
import { lazyStore } from "../../lib/lazy-store.ts";
import type { Host } from "../../protocols/plugin.ts";
import { window } from "./check-signature.ts";

const name = "slack_requests";
/** All records are under one owner. Nobody can be called that. */
const place = { userId: "slack requests", store: name };
/** Records that one request sweeps away at most. */
const sweptAtOnce = 100;

/**
 * Which signed requests were taken. They are kept in the store, so that a request counts once also over a restart and
 * between several processes; those that would be stale anyway are swept away.
 */
export function seenRequests(host: Pick<Host, "get" | "now" | "background">) {
  const open = lazyStore(host, name, { stale_from: "int" }, { indexes: [["stale_from"]] });

  async function sweep(): Promise<void> {
    const store = await open();
    const seconds = Math.floor(host.now().getTime() / 1000);
    const stale = { where: { stale_from: { $lt: seconds } }, orderBy: "stale_from", limit: sweptAtOnce };
    for (const { id } of await store.find(place, stale)) await store.delete({ ...place, id });
  }

  return {
    /** Takes a request whose signature was checked, durably. @returns whether it is for the first time. */
    async take(signature: string, timestamp: string): Promise<boolean> {
      try {
        await (await open()).add(
          place,
          { stale_from: Number(timestamp) + window },
          signature.slice("v0=".length),
        );
      } catch (error) {
        if (codeOf(error) === "duplicate_record") return false;
        throw error;
      }
      host.background("sweeping what Slack sent", sweep);
      return true;
    },
  };
}
