import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../lib/errors.ts";
import type { Bus } from "../protocols/bus.ts";
import type { JsonObject } from "../protocols/json.ts";
import type { Host } from "../protocols/plugin.ts";
import { openOwnLog } from "../turns/account-log.ts";

/** An event of an account's log. */
export type HeardEvent = {
  readonly event: string;
  readonly data: JsonObject & { readonly timestamp: string };
};

/** Listens to the logs of accounts. */
export type Listener = {
  /** From now on to these accounts, and to no others. */
  listenTo(users: ReadonlySet<string>): Promise<void>;
};

const againMs = 1_000;

/** @param hear is given what is new in an account's log; one that throws is called again with the same. */
export function createListener(
  host: Host,
  hear: (userId: string, events: readonly HeardEvent[]) => Promise<void>,
): Listener {
  const listening = new Map<string, AbortController>();

  async function listen(bus: Bus, userId: string, from: number, signal: AbortSignal): Promise<void> {
    const topic = openOwnLog(bus, userId, host.now());
    let cursor = from;
    while (!signal.aborted) {
      try {
        for await (const { firstId, data } of bus.read(topic, cursor, signal)) {
          await hearWhole(userId, data, signal);
          cursor = firstId + data.length - 1;
        }
      } catch (error) {
        if (codeOf(error) !== "cursor_lost") throw error;
        host.log.warn({ user: userId }, "webhooks fell behind, and miss events of this account");
        cursor = bus.last(topic) ?? 0;
      }
    }
  }

  async function hearWhole(userId: string, data: readonly string[], signal: AbortSignal): Promise<void> {
    const events = data.map((line) => JSON.parse(line) as HeardEvent);
    while (!signal.aborted) {
      try {
        return await hear(userId, events);
      } catch (error) {
        host.log.error({ err: error, user: userId }, "events for webhooks could not be kept yet");
        await sleep(againMs, undefined, { signal, ref: false }).catch(() => {}); // it was to end
      }
    }
  }

  return {
    async listenTo(users) {
      for (const [userId, stop] of listening) {
        if (users.has(userId)) continue;
        stop.abort();
        listening.delete(userId);
      }
      const bus = await host.get("bus");
      for (const userId of users) {
        if (listening.has(userId)) continue;
        const cursor = bus.last(openOwnLog(bus, userId, host.now())) ?? 0;
        const stop = new AbortController();
        listening.set(userId, stop);
        host.background(`events of ${userId} for webhooks`, (shutdown) =>
          listen(bus, userId, cursor, AbortSignal.any([stop.signal, shutdown])),
        );
      }
    },
  };
}
