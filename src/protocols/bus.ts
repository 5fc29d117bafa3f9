/** Entries of a log as a reader gets them: all there was, numbered on from `firstId`. */
export type BusBatch = {
  readonly firstId: number;
  /** Each one line of JSON, serialised once for all readers. */
  readonly data: readonly string[];
};

export type TopicOptions = {
  /**
   * Id of the first entry; default 1. A log whose readers have longer memories than itself begins at the clock, so
   * that an id of an earlier life is never taken for one of this.
   */
  readonly firstId?: number;
  /** How many of the newest entries are kept; default all, until the topic is gone. */
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
  /** Begins a topic. Opening one that exists, even closed, changes nothing. */
  open(topic: string, options?: TopicOptions): void;
  /**
   * Adds entries, in order. It does not wait for readers; they get what was appended in one tick as one batch.
   * To a topic that is not open: nothing happens.
   */
  append(topic: string, data: readonly string[]): void;
  /**
   * Entries after `after` (default: from the first that is kept) as they come. Ends when the topic is closed and
   * everything was read, or when the signal aborts.
   * @throws `cursor_lost`, at once, when entries after `after` are gone, `after` was never given out, or there is no such
   * topic; later, when a reader fell so far behind that entries it has not seen are gone.
   */
  read(topic: string, after: number | undefined, signal: AbortSignal): AsyncIterable<BusBatch>;
  /** Id of the newest entry (`firstId - 1` when there is none yet); `undefined` when there is no such topic. */
  last(topic: string): number | undefined;
  /** No more entries. It can be read for a while, then it is gone. */
  close(topic: string): void;
  shutdown?(): Promise<void>;
}
