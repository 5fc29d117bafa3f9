import type { Peer } from "../../../lib/peer.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import type { Ask } from "./runner/messages.ts";
import { createRunner, type Runner, type RunnerOptions, type Told } from "./runner-client.ts";

type SharedAsk = Omit<RunnerOptions, "log"> & { readonly request: Omit<Ask, "kind" | "id"> };

/**
 * In the primary of several workers: the one process of llama.cpp that all of them have, so that a model is loaded once.
 * It outlives each of them; what a worker was waiting for when it died is cancelled.
 */
export function runnerForAll(log: Logger): { join(worker: Peer): void; close(): void } {
  const runners = new Map<string, Runner>();

  function runnerOf(options: Omit<RunnerOptions, "log">): Runner {
    const name = JSON.stringify([options.module, options.maxBytes]);
    const known = runners.get(name);
    if (known !== undefined) return known;
    const runner = createRunner({ ...options, log });
    runners.set(name, runner);
    return runner;
  }

  return {
    join: (worker) =>
      worker.serve("llama.cpp", ({ request, ...options }: SharedAsk, signal) =>
        runnerOf(options).ask(request, signal),
      ),
    close() {
      for (const runner of runners.values()) runner.close();
    },
  };
}

/** In a worker: the runner that its primary has. */
export const sharedRunner =
  (primary: Peer) =>
  ({ module, maxBytes }: RunnerOptions): Runner => ({
    ask: (request, signal) =>
      primary.ask<readonly Told[]>("llama.cpp", { module, maxBytes, request } satisfies SharedAsk, signal),
    close() {}, // what was asked ends with its turns
  });
