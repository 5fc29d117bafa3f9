import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "../../../lib/redis.ts";
import { prefix, type StreamEntry } from "./entry.ts";

const retryMs = 100;
/** So long waits one call for something new; a stream that is followed from now on ends it earlier. */
const blockMs = 5_000;
const mostEntries = 1_000;

export type Follower = {
  /**
   * Hears the entries of a stream that come after `after`, until the function it returns is called. After a trouble with
   * Redis some may be heard twice.
   */
  follow(key: string, after: string, hear: (entry: StreamEntry) => void): () => void;
};

type Followed = { after: string; readonly hear: (entry: StreamEntry) => void };

/**
 * Follows any number of streams on one connection, which does nothing else: it waits in `XREAD BLOCK` all the time.
 * @param commands another connection: what ends the waiting when a stream is added goes by it.
 * @param id of this process; no other has it.
 * @returns `run` too, which resolves once the signal aborts.
 */
export function followStreams(
  waiting: Redis,
  commands: Redis,
  id: string,
): Follower & { run(signal: AbortSignal): Promise<void> } {
  const followed = new Map<string, Followed>();
  const bell = `${prefix}bell:${id}`;
  let rung = "0-0";
  let ringing = false;

  /** Has the call that waits answer, so that the next one asks for all that is followed by now. */
  function ring(): void {
    if (ringing) return;
    ringing = true;
    commands
      .multi()
      .xadd(bell, "MAXLEN", 1, "*", "ring", "")
      .pexpire(bell, 60_000)
      .exec()
      .catch(() => {}); // then the call that waits fails as well, or it ends by itself
  }

  async function look(): Promise<void> {
    ringing = false;
    const all = [...followed];
    const keys = all.map(([key]) => key);
    const cursors = all.map(([, { after }]) => after);
    const found = await waiting.xread(
      ...(["COUNT", mostEntries, "BLOCK", blockMs, "STREAMS"] as const),
      ...[bell, ...keys, rung, ...cursors],
    );
    for (const [key, entries] of found ?? []) {
      const last = entries.at(-1)?.[0];
      if (last === undefined) continue;
      if (key === bell) rung = last;
      const stream = followed.get(key);
      if (stream === undefined) continue;
      stream.after = last;
      for (const entry of entries) stream.hear(entry);
    }
  }

  return {
    follow(key, after, hear) {
      const stream = { after, hear };
      followed.set(key, stream);
      ring();
      return () => {
        if (followed.get(key) === stream) followed.delete(key);
      };
    },
    async run(signal) {
      while (!signal.aborted) {
        try {
          await look();
        } catch {
          await sleep(retryMs, undefined, { signal, ref: false }).catch(() => {}); // the connection tells what it has
        }
      }
    },
  };
}
