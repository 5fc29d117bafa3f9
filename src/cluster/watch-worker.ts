import type { Logger } from "../protocols/plugin.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** How often it is looked, in ms. */
const lookMs = 5_000;
/**
 * A worker is stuck when it has let so many looks go unanswered, half a minute. A clock would take one for stuck that slept with
 * its machine, or whose primary was held up itself.
 */
const mostUnanswered = 6;

/**
 * Ends a worker whose event loop does not turn any more: it lives, but whoever is led to it waits for nothing. What it ran is
 * taken over as that of any that dies.
 */
export function watchWorker(
  worker: Pick<WorkerProcess<unknown>, "answer" | "kill" | "exited">,
  number: number,
  log: Logger,
): void {
  let unanswered = 0;
  const answered = () => {
    unanswered = 0;
  };
  const looking = setInterval(() => {
    if (unanswered === mostUnanswered) {
      clearInterval(looking);
      log.error({ worker: number, silentMs: lookMs * mostUnanswered }, "a worker is stuck, and is ended");
      worker.kill();
      return;
    }
    unanswered += 1;
    worker.answer().then(answered, () => {}); // gone: that is told by its exit
  }, lookMs).unref();
  void worker.exited.then(() => clearInterval(looking));
}
