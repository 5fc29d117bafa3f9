import { cursorLost } from "../../lib/cursor-lost.ts";
import { type HandsOver, handOver } from "../../lib/hand-over.ts";
import type { BusBatch, TopicOptions } from "../../protocols/bus.ts";
import type { Beat } from "./beat.ts";
import { PackedEntries } from "./packed-entries.ts";

/** Entries that wait unpacked, so that many appends in one loop do not copy each other ever again. */
const mostFresh = 64;

type Reader = AsyncIterableIterator<BusBatch, undefined> & HandsOver<BusBatch>;

/**
 * One topic's log. Its entries have the ids `start` to `end - 1`. A class, because the log of every running answer is
 * touched at every token, and one object is found sooner than a closure for each verb.
 */
export class TopicLog {
  readonly #keep: number;
  readonly #packed = new PackedEntries();
  /** What was appended in this loop of the event loop, for readers who wait for it; packed when they have it. */
  #fresh: readonly string[] = [];
  #start: number;
  /** Id of the first fresh entry, or of the next one. */
  #freshFrom: number;
  #closed = false;
  /** Readers who have seen everything. */
  #waiting: (() => void)[] = [];
  #waking = false;
  readonly #beat: Beat;
  #wokenAt = Number.NEGATIVE_INFINITY;
  readonly #wake = () => {
    this.#waking = false;
    this.#wokenAt = this.#beat.now();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
    this.#pack();
  };

  constructor(beat: Beat, { firstId = 1, keep = Number.POSITIVE_INFINITY }: TopicOptions) {
    this.#beat = beat;
    this.#start = firstId;
    this.#freshFrom = firstId;
    this.#keep = keep;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get end(): number {
    return this.#freshFrom + this.#fresh.length;
  }

  append(data: readonly string[]): void {
    if (this.#fresh.length > mostFresh) this.#pack();
    this.#fresh = this.#fresh.length === 0 ? data : [...this.#fresh, ...data]; // a reader may hold the array
    // A tenth of slack: letting go of a few at every append would cost more than keeping them.
    if (this.end - this.#start > this.#keep * 1.1) {
      this.#pack();
      this.#start = this.end - this.#keep;
      this.#packed.dropBefore(this.#start);
    }
    this.#beat.heard();
    this.#wakeLater();
  }

  close(): void {
    this.#closed = true;
    this.#waking = false; // the end does not wait for company
    this.#wokenAt = Number.NEGATIVE_INFINITY;
    this.#wakeLater();
  }

  /** What follows is gone: readers who have not seen it are told that their cursor is lost. */
  lose(): void {
    this.#start = this.end + 1;
    this.close();
  }

  /** @throws `cursor_lost`, at once or, when the reader falls too far behind, later. */
  read(after: number | undefined, signal: AbortSignal): Reader {
    const next = after === undefined ? this.#start : after + 1;
    if (next < this.#start || next > this.end) throw cursorLost();
    return this.#follow(next, signal);
  }

  #pack(): void {
    for (const entry of this.#fresh) this.#packed.add(this.#freshFrom++, entry);
    this.#fresh = [];
  }

  /** The entries from `id` on, which is one that is kept. */
  #since(id: number): readonly string[] {
    if (id === this.#freshFrom) return this.#fresh;
    return [...this.#packed.since(id), ...this.#fresh.slice(Math.max(0, id - this.#freshFrom))];
  }

  #wakeLater(): void {
    if (this.#waking) return;
    this.#waking = true;
    this.#beat.next(this.#wake, this.#wokenAt);
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
        return { done: false, value: { firstId, data: log.#since(firstId) } };
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
