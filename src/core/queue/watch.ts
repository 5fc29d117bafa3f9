import { setTimeout as sleep } from "node:timers/promises";
import { signOfLifeMs } from "../../lib/instance.ts";
import type { Logger } from "../../protocols/plugin.ts";
import type { Bell } from "./bell.ts";
import type { Ledger } from "./ledger.ts";
import { buryMs, type Worker } from "./worker.ts";

/** How often it looks whether another process has changed something, in ms: one record by its id. */
const pollMs = 200;

/**
 * While something works here: hears of what other processes do, shows that this one lives, and gives back what dead ones
 * ran. Ends with the signal.
 */
export async function watch(
  { ledger, worker, bell, log }: { ledger: Ledger; worker: Worker; bell: Bell; log: Logger },
  signal: AbortSignal,
): Promise<void> {
  let [seen, shown, buried] = [-1, performance.now(), Number.NEGATIVE_INFINITY];
  let troubled = false;

  async function look(): Promise<void> {
    const now = performance.now();
    if (now - shown >= signOfLifeMs) {
      await worker.signOfLife();
      shown = now;
    }
    if (now - buried >= buryMs) {
      if (await worker.buryDead()) bell.ring();
      buried = now;
    }
    const { version } = await ledger.state();
    if (version === seen) return;
    seen = version;
    await worker.stopCancelled();
    bell.ring();
  }

  while (!signal.aborted) {
    try {
      await look();
      troubled = false;
    } catch (error) {
      if (!troubled && !signal.aborted)
        log.error({ err: error }, "queue: the store does not answer, and is asked again");
      troubled = true; // told once, not five times a second
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
