import { within } from "../lib/time-limit.ts";
import type { Logger } from "../protocols/plugin.ts";

/** Work that nobody waits for, until the server stops. */
export type BackgroundTasks = {
  run(name: string, task: (signal: AbortSignal) => Promise<void>): void;
  /** Aborts them all and waits at most `limitMs`; those that go on are logged by name. */
  stop(limitMs: number): Promise<void>;
};

export function backgroundTasks(log: Logger): BackgroundTasks {
  const stopping = new AbortController();
  const running = new Map<symbol, { readonly name: string; readonly done: Promise<void> }>();

  async function attempt(name: string, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await task(stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted && isAbort(error, stopping.signal)) return;
      log.error({ task: name, err: error }, `background: ${name} failed`);
    }
  }

  return {
    run(name, task) {
      if (stopping.signal.aborted) {
        log.debug({ task: name }, `background: ${name} was not begun, the server is stopping`);
        return;
      }
      const key = Symbol(name);
      const done = attempt(name, task).finally(() => running.delete(key));
      running.set(key, { name, done });
    },
    async stop(limitMs) {
      stopping.abort();
      const all = Promise.all([...running.values()].map(({ done }) => done));
      if ((await within(limitMs, all, "late")) !== "late") return;
      for (const { name } of running.values()) {
        log.error({ task: name, limitMs }, `background: ${name} did not end within ${limitMs} ms`);
      }
    },
  };
}

/** Node's own calls throw an AbortError of their own, with the signal's reason as its cause. */
const isAbort = (error: unknown, signal: AbortSignal): boolean =>
  error === signal.reason || (error instanceof Error && error.name === "AbortError");
