import { atEndOfLoop } from "../../lib/end-of-loop.ts";
import { SkeletonError } from "../../lib/errors.ts";
import { type HandsOver, handOver } from "../../lib/hand-over.ts";
import type { BusBatch, TopicOptions } from "../../protocols/bus.ts";

type Reader = AsyncIterableIterator<BusBatch, undefined> & HandsOver<BusBatch>;

/**
 * One topic's log. Its entries have the ids `start` to `end - 1`. A class, because the log of every running answer is
 * touched at every token, and one object is found sooner than a closure for each verb.
 */
export class TopicLog {
  readonly #keep: number;
  readonly #entries: string[] = [];
  #start: number;
  #closed = false;
  /** Readers who have seen everything. */
  #waiting: (() => void)[] = [];
  #waking = false;
  readonly #wake = () => {
    this.#waking = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  };

  constructor({ firstId = 1, keep = Number.POSITIVE_INFINITY }: TopicOptions) {
    this.#start = firstId;
    this.#keep = keep;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get end(): number {
    return this.#start + this.#entries.length;
  }

  append(data: readonly string[]): void {
    const entries = this.#entries;
    for (const entry of data) entries.push(entry);
    // A tenth of slack: cutting the array's head at every append would move the rest each time.
    if (entries.length > this.#keep * 1.1) {
      const surplus = entries.length - this.#keep;
      entries.splice(0, surplus);
      this.#start += surplus;
    }
    this.#wakeLater();
  }

  close(): void {
    this.#closed = true;
    this.#wakeLater();
  }

  /** @throws `cursor_lost`, at once or, when the reader falls too far behind, later. */
  read(after: number | undefined, signal: AbortSignal): Reader {
    const next = after === undefined ? this.#start : after + 1;
    if (next < this.#start || next > this.end) throw cursorLost();
    return this.#follow(next, signal);
  }

  #wakeLater(): void {
    if (this.#waking || this.#waiting.length === 0) return;
    this.#waking = true;
    atEndOfLoop(this.#wake);
  }

  /** Made by hand, because most batches hold a single token: a generator's own promises cost more than its work. */
  #follow(from: number, signal: AbortSignal): Reader {
    const log = this;
    let next = from;
    let left = false;
    let resume = () => {};
    const onAbort = () => resume();
    signal.addEventListener("abort", onAbort);

    function leave(): IteratorReturnResult<undefined> {
      if (!left) {
        left = true;
        signal.removeEventListener("abort", onAbort);
        log.#waiting = log.#waiting.filter((waiting) => waiting !== resume);
        resume();
      }
      return { done: true, value: undefined };
    }
    /** What there is; `undefined` when it must be waited for. */
    function look(): IteratorResult<BusBatch, undefined> | undefined {
      if (left || signal.aborted) return leave();
      const firstId = next;
      if (firstId < log.#start) {
        leave();
        throw cursorLost();
      }
      next = log.end;
      if (firstId < next) {
        return { done: false, value: { firstId, data: log.#entries.slice(firstId - log.#start) } };
      }
      return log.#closed ? leave() : undefined;
    }
    function wait(goOn: () => void): void {
      resume = goOn;
      log.#waiting.push(goOn);
    }
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        for (;;) {
          const found = look();
          if (found !== undefined) return found;
          await new Promise<void>(wait);
        }
      },
      [handOver](take) {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        function hand(): void {
          try {
            let found = look();
            while (found?.done === false) {
              const taking = take(found.value);
              if (taking instanceof Promise) {
                taking.then(hand, reject);
                return;
              }
              found = look();
            }
            if (found === undefined) wait(hand);
            else resolve();
          } catch (error) {
            reject(error);
          }
        }
        hand();
        return promise;
      },
      async return() {
        return leave();
      },
    };
  }
}

export const cursorLost = () =>
  new SkeletonError("cursor_lost", "What follows this cursor is no longer in the log.", {
    hint: "Load the whole state again and go on from the newest cursor.",
  });
