import type { JsonObject } from "./json.ts";

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
  /**
   * Who else has it, where several instances share the bus. `here` (the default): nobody. `followed`: others may read what
   * this instance writes, under the same ids. `joint`: what one appends reaches every instance that has it open; each numbers
   * its own log, and refuses the cursors of another's.
   */
  readonly reach?: "here" | "followed" | "joint";
};

/** What instances of one installation know of each other. It may fail at any time: whoever must be sure asks the store. */
export type OtherInstances = {
  /**
   * Reads a topic that another instance has opened as `followed`, as `Bus.read` does one of its own; `undefined` when there is
   * none, when it cannot be told within half a second, and without `after` when it has grown so long that its beginning is gone.
   * @throws `cursor_lost`, as `Bus.read`; also, then or later, when another instance has begun the topic anew, or when what it
   * says does not reach this one any more.
   */
  read(
    topic: string,
    after: number | undefined,
    signal: AbortSignal,
  ): Promise<AsyncIterable<BusBatch> | undefined>;
  /** Says something to all other instances, without waiting: each hears it once, or not at all. */
  tell(subject: string, message: JsonObject): void;
  /** Hears what others tell of this subject, in order, until the function it returns is called. `hear` does not throw. */
  listen(subject: string, hear: (message: JsonObject) => void): () => void;
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
  /** Only where several instances share the bus. It passes `sharedBusContract` (src/testkit/shared-bus-contract.ts) as well. */
  readonly others?: OtherInstances;
  shutdown?(): Promise<void>;
}
