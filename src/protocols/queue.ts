import type { JsonObject } from "./json.ts";

/** A piece of work that nobody waits for. */
export type Job = {
  readonly id: number;
  readonly userId: string;
  readonly queue: string;
  readonly payload: JsonObject;
  /** 1 for the first try. */
  readonly attempt: number;
};

export type SendOptions = {
  /** Higher first; default 0. First in, first out within one. */
  readonly priority?: number;
  /** Jobs that share it run one after another. Default: none. */
  readonly orderKey?: string;
  /** Tries in all; default 1. */
  readonly attempts?: number;
  /** A second job with the same key of the same user is not made: the first one's id is answered. */
  readonly idempotencyKey?: string;
};

/**
 * Jobs that survive the process. A job is run by one worker at a time; one whose worker died is given to another when
 * its lease runs out. No user's many jobs keep another's few from running.
 */
export interface Queue {
  /** Durable once it resolves. @returns the job's id. */
  send(job: {
    readonly userId: string;
    readonly queue: string;
    readonly payload: JsonObject;
    readonly options?: SendOptions;
  }): Promise<number>;
  /**
   * Runs jobs, at most `concurrency` at once, until the signal aborts. A run that throws is tried again while it has
   * attempts left.
   */
  work(
    queue: string,
    options: { readonly concurrency: number },
    run: (job: Job, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Ends a job in whatever state; a running one is aborted. @returns whether it was the user's and not yet over. */
  cancel(job: { readonly userId: string; readonly id: number }): Promise<boolean>;
  shutdown?(): Promise<void>;
}
