import cluster from "node:cluster";
import { createTopicSwitch } from "../core/bus/workers/topic-switch.ts";
import { runnerForAll } from "../core/models/local/shared-runner.ts";
import { countForAll } from "../lib/counted-together.ts";
import { askOnce, type Peer } from "../lib/peer.ts";
import type { Config } from "../protocols/config.ts";
import type { Logger } from "../protocols/plugin.ts";
import { supervise } from "./supervise.ts";
import { type Ready, startWorker } from "./worker-process.ts";

/** How long a worker has to tell its metrics. */
const metricsMs = 1_000;

export type RunOptions = {
  readonly log: Logger;
  /** All serve. */
  begun(first: Ready): void;
  /** Resolves when they are to stop. */
  readonly told: Promise<void>;
};

/**
 * The primary of the workers of one machine: it starts them, shares its socket with them, passes on what they have to say
 * to each other, and has what there is to be only once. It serves nothing itself.
 * @param args with which this program becomes a worker.
 * @returns the exit code.
 */
export async function runWorkers(
  config: Config,
  args: readonly string[],
  { log, begun, told }: RunOptions,
): Promise<number> {
  cluster.setupPrimary({ args: [...args] });
  const topics = createTopicSwitch();
  const countCalls = countForAll();
  const runner = runnerForAll(log);
  const workers = new Set<Peer>();

  function join(worker: Peer): () => void {
    const leave = topics.join(worker);
    countCalls(worker);
    runner.join(worker);
    worker.serve("metrics of others", async function* (_input: object, signal: AbortSignal) {
      const soon = AbortSignal.any([signal, AbortSignal.timeout(metricsMs)]);
      const others = [...workers].filter((other) => other !== worker);
      const told = await Promise.allSettled(others.map((other) => askOnce(other, "metrics", {}, soon)));
      yield told.flatMap((each) => (each.status === "fulfilled" && each.value ? [each.value] : []));
    });
    workers.add(worker);
    return () => {
      workers.delete(worker);
      leave();
    };
  }

  const { workers: count } = config;
  try {
    return await supervise<Ready>(
      {
        ...{ count, log, begun },
        start(number, first) {
          // Port 0 is any free one for the first, and the same for the others.
          const port = first === undefined ? config.port : Number(new URL(first.url).port || config.port);
          return startWorker({ config: { ...config, port }, place: { number, count } }, join);
        },
      },
      told,
    );
  } finally {
    runner.close();
  }
}
