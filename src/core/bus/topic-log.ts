import { SkeletonError } from "../../lib/errors.ts";
import type { BusBatch, TopicOptions } from "../../protocols/bus.ts";

/** One topic's log. Its entries have the ids `start` to `end - 1`. */
export type TopicLog = {
  readonly closed: boolean;
  readonly end: number;
  append(data: readonly string[]): void;
  read(after: number | undefined, signal: AbortSignal): AsyncGenerator<BusBatch, void>;
  close(): void;
};

export function createTopicLog({ firstId = 1, keep = Number.POSITIVE_INFINITY }: TopicOptions): TopicLog {
  const entries: string[] = [];
  const wakers = new Set<() => void>();
  let start = firstId;
  let closed = false;
  const end = () => start + entries.length;

  function wake(): void {
    for (const waker of wakers) waker();
    wakers.clear();
  }

  async function* follow(from: number, signal: AbortSignal): AsyncGenerator<BusBatch, void> {
    let next = from;
    let waker = () => {};
    const onAbort = () => waker();
    signal.addEventListener("abort", onAbort);
    try {
      while (!signal.aborted) {
        if (next < start) throw cursorLost();
        if (next < end()) {
          const firstId = next;
          next = end();
          yield { firstId, data: entries.slice(firstId - start) };
          continue;
        }
        if (closed) return;
        await new Promise<void>((resolve) => {
          waker = resolve;
          wakers.add(resolve);
        });
      }
    } finally {
      wakers.delete(waker);
      signal.removeEventListener("abort", onAbort);
    }
  }

  return {
    get closed() {
      return closed;
    },
    get end() {
      return end();
    },
    append(data) {
      for (const entry of data) entries.push(entry);
      // A tenth of slack: cutting the array's head at every append would move the rest each time.
      if (entries.length > keep * 1.1) {
        const surplus = entries.length - keep;
        entries.splice(0, surplus);
        start += surplus;
      }
      wake();
    },
    read(after, signal) {
      const next = after === undefined ? start : after + 1;
      if (next < start || next > end()) throw cursorLost();
      return follow(next, signal);
    },
    close() {
      closed = true;
      wake();
    },
  };
}

export const cursorLost = () =>
  new SkeletonError("cursor_lost", "What follows this cursor is no longer in the log.", {
    hint: "Load the whole state again and go on from the newest cursor.",
  });
