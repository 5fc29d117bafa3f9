import { SkeletonError } from "../../lib/errors.ts";
import type { CorePlugin, Host } from "../../protocols/plugin.ts";
import type { Queue } from "../../protocols/queue.ts";
import { createBell } from "./bell.ts";
import { cancelJob } from "./cancel-job.ts";
import { checkInteger, checkJob, checkName } from "./check-job.ts";
import { waitingCounter } from "./count-waiting.ts";
import { forgettingKeys } from "./forget-keys.ts";
import { openLedger } from "./ledger.ts";
import { sendJob } from "./send-job.ts";
import { tellingOthers } from "./tell-others.ts";
import { watch } from "./watch.ts";
import { workUntil } from "./work.ts";
import { createWorker } from "./worker.ts";

async function createQueue(host: Host): Promise<Queue> {
  const [store, bus] = await Promise.all([host.get("store"), host.get("bus")]);
  const ledger = await openLedger(store, host.now);
  const bell = createBell();
  const worker = createWorker(host, store, ledger);
  const forgetKeys = forgettingKeys(host, ledger);
  const others = tellingOthers(bus.others, bell.ring);
  const closing = new AbortController();
  /** What `work` has begun and not ended, and how much of it still runs jobs. */
  const works = new Set<Promise<void>>();
  let current = 0;
  /** How many may run here at once, by queue. */
  const places = new Map<string, number>();
  let watching: { readonly stop: AbortController; readonly done: Promise<void> } | undefined;

  function open(): void {
    if (closing.signal.aborted)
      throw new SkeletonError("shutting_down", "The queue is closed.", { hint: "Start the server again." });
  }

  function hasRoom(queue: string): boolean {
    const running = [...worker.runs].filter(({ job }) => job.queue === queue).length;
    return running < (places.get(queue) ?? 0);
  }

  /** While something works this process watches, and is on file among the workers. */
  async function working(work: Promise<void>): Promise<void> {
    current += 1;
    if (watching === undefined) {
      const stop = new AbortController();
      watching = { stop, done: watch({ ledger, worker, bell, log: host.log }, stop.signal) };
    }
    const { stop, done } = watching;
    try {
      await work;
    } finally {
      current -= 1;
      if (current === 0) {
        watching = undefined;
        stop.abort();
        await done;
        if (current === 0) await worker.leave(); // another work may have begun meanwhile
      }
    }
  }

  return {
    async send(job) {
      open();
      const checked = checkJob(job);
      const id = await ledger.change((draft) => sendJob(draft, checked));
      bell.ring();
      if (!hasRoom(checked.queue)) others.tell();
      if (checked.idempotencyKey !== undefined) forgetKeys();
      return id;
    },
    async work(queue, { concurrency }, run, signal) {
      open();
      checkName("queue", queue);
      checkInteger("concurrency", concurrency, 1);
      const ended = AbortSignal.any([signal, closing.signal]);
      const work = working(
        workUntil({ host, ledger, worker, bell }, { queue, concurrency, run, signal: ended }),
      );
      works.add(work);
      places.set(queue, (places.get(queue) ?? 0) + concurrency);
      await work.finally(() => {
        works.delete(work);
        places.set(queue, (places.get(queue) ?? 0) - concurrency);
      });
    },
    async cancel({ userId, id }) {
      open();
      const cancelled = await ledger.change((draft) => cancelJob(draft, { user: userId, id: String(id) }));
      if (cancelled) for (const { job, stop } of worker.runs) if (job.number === id) stop.abort();
      bell.ring();
      return cancelled;
    },
    waiting: waitingCounter(store, ledger.state),
    async shutdown() {
      closing.abort();
      others.close();
      await Promise.all(works);
    },
  };
}

/** Jobs as records of the `store` role: as durable as that, and shared by all processes that use it. */
export const storeQueuePlugin: CorePlugin<"queue"> = { role: "queue", name: "store", create: createQueue };
