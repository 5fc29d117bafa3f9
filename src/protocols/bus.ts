/** An entry of a log. `data` is one line of JSON, serialised once for all readers. */
export type BusEntry = { readonly id: number; readonly data: string };

export type TopicOptions = {
  /**
   * Id of the first entry; default 1. A log that outlives nothing but has readers with long memories begins at the
   * clock, so that an id of an earlier life is never taken for one of this.
   */
  readonly firstId?: number;
  /** How many of the newest entries are kept; default all, until the topic is dropped. */
  readonly keep?: number;
  /** How long a closed topic can still be read, in ms; default 60,000. */
  readonly keepClosedMs?: number;
};

/**
 * Logs of what is going on, for readers who come and go. A reader is a cursor on the log: a slow one costs no memory
 * and slows nobody, and what piled up reaches it at once. It is not a store: what must survive goes to the store.
 * Finished when it passes `busContract` (src/testkit/bus-contract.ts).
 */
export interface Bus {
  /** Begins a topic. Opening one that exists changes nothing. */
  open(topic: string, options?: TopicOptions): void;
  /** Adds entries to an open topic, in order; readers are told in the same tick. To an unknown or closed one: nothing. */
  append(topic: string, data: readonly string[]): void;
  /**
   * Entries after `after` (default: from the first kept), as they come, in batches of all there is. Ends when the
   * topic is closed and everything was read, or when the signal aborts.
   * @throws `cursor_lost` when entries after `after` are no longer there, or `after` was never given out;
   * `turn_not_found` when there is no such topic.
   */
  read(topic: string, after: number | undefined, signal: AbortSignal): AsyncIterable<readonly BusEntry[]>;
  /** Id of the newest entry (`firstId - 1` when there is none), or `undefined` when there is no such topic. */
  last(topic: string): number | undefined;
  /** No more entries. It can be read for a while, then it is gone. */
  close(topic: string): void;
  shutdown?(): Promise<void>;
}
