import { setTimeout as sleep } from "node:timers/promises";
import { endUnread } from "./end-unread.ts";

/** How long stopping a turn may take before the process ends anyway. */
const limitMs = 3_000;

/** See stop-signal.ts: one press of Ctrl-C may arrive twice. */
const samePressMs = 500;

const signals = { SIGINT: 130, SIGTERM: 143 } as const;

export type StoppedEarly = {
  /** Resolves with nothing when the command is to stop: on a signal, or when nobody reads stdout any more. */
  readonly told: Promise<undefined>;
  /** What to do then. */
  onStop(stop: () => Promise<void>): void;
  /** Resolves with nothing once that is done, or has taken too long. */
  readonly done: Promise<undefined>;
  withinReason(task: Promise<unknown>): Promise<undefined>;
};

/**
 * Listens for the reasons to stop before the answer is complete. A signal sets the exit code that shells know; a
 * reader that has seen enough (`| head`) is no failure. A second signal ends the process at once.
 */
export function stoppedEarly(): StoppedEarly {
  const { promise: told, resolve } = Promise.withResolvers<undefined>();
  let firstAt: number | undefined;
  const onSignal = (code: number) => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt > samePressMs) process.exit(code);
    firstAt ??= now;
    process.exitCode = code;
    resolve(undefined);
  };
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => onSignal(code));
  process.stdout.off("error", endUnread);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exitCode ??= 0;
    resolve(undefined);
  });

  const stopping = Promise.withResolvers<() => Promise<void>>();
  const withinReason = async (task: Promise<unknown>): Promise<undefined> => {
    const waiting = new AbortController();
    const limit = sleep(limitMs, undefined, { signal: waiting.signal });
    await Promise.race([task.catch(() => {}), limit.catch(() => {})]);
    waiting.abort();
    return undefined;
  };
  return {
    told,
    onStop: stopping.resolve,
    done: told.then(async () => withinReason((await stopping.promise)())),
    withinReason,
  };
}
