import { SkeletonError } from "../../lib/errors.ts";
import type { BusBatch, TopicOptions } from "../../protocols/bus.ts";

/** One topic's log. Its entries have the ids `start` to `end - 1`. */
export type TopicLog = {
  readonly closed: boolean;
  readonly end: number;
  append(data: readonly string[]): void;
  read(after: number | undefined, signal: AbortSignal): AsyncIterableIterator<BusBatch, undefined>;
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

  /** Made by hand, because most batches hold a single token: a generator's own promises cost more than its work. */
  function follow(from: number, signal: AbortSignal): AsyncIterableIterator<BusBatch, undefined> {
    let next = from;
    let left = false;
    let waker = () => {};
    const onAbort = () => waker();
    signal.addEventListener("abort", onAbort);

    function leave(): IteratorReturnResult<undefined> {
      left = true;
      waker();
      wakers.delete(waker);
      signal.removeEventListener("abort", onAbort);
      return { done: true, value: undefined };
    }
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (!left && !signal.aborted) {
          if (next < start) {
            leave();
            throw cursorLost();
          }
          if (next < end()) {
            const firstId = next;
            next = end();
            return { done: false, value: { firstId, data: entries.slice(firstId - start) } };
          }
          if (closed) break;
          await new Promise<void>((resolve) => {
            waker = resolve;
            wakers.add(resolve);
          });
        }
        return leave();
      },
      async return() {
        return leave();
      },
    };
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
