import type { JsonObject } from "./json.ts";

/** A piece of work that nobody waits for. */
export type Job = {
  /** Positive, and greater than that of every job that was sent before. Never used again; there may be gaps. */
  readonly id: number;
  readonly userId: string;
  readonly queue: string;
  /** As it was sent, which is what JSON can say, and no more than 100 levels of it; every try gets its own copy. */
  readonly payload: JsonObject;
  /** 1 for the first try. A run that was cut short (see `Queue`) is not a try: the job runs again with its number. */
  readonly attempt: number;
};

/** A run's place among those that may run at once. */
export type Place = {
  /**
   * While a run only waits, another job may run in its place; what is returned takes that back, and the run counts again
   * from then on, though there may be one more than `concurrency` until one has ended. It is a wish: a queue bounds how
   * many it lends.
   */
  lend(): () => void;
};

export type SendOptions = {
  /**
   * Higher first, also before other users' jobs; default 0; an integer of 32 bits. Not for users to choose: it is
   * stronger than their turns.
   */
  readonly priority?: number;
  /**
   * Jobs of one user and queue that share it run one after another in the order they were sent, whatever their
   * priorities: the next one begins when the one before is over and its run has ended. Default: none.
   */
  readonly orderKey?: string;
  /** Tries in all, an integer from 1; default 1. */
  readonly attempts?: number;
  /**
   * How long a job that failed pauses before its next try, in ms: `firstMs` before the second try and twice as long
   * before each further one, never longer than `maxMs`. Integers, 1 <= `firstMs` <= `maxMs`. Other jobs go on meanwhile,
   * those of its `orderKey` excepted. Default: no pause.
   */
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number };
  /**
   * A second job with the same key of the same user is not made, whatever else it says and whichever queue it names:
   * the first one's id is answered. Holds until 24 hours after the first one is over, at least.
   */
  readonly idempotencyKey?: string;
};

/**
 * Jobs that survive the process. Finished when it passes `queueContract` (src/testkit/queue-contract.ts).
 *
 * A job waits, runs, and is over: its run resolved, its last attempt threw, or it was cancelled. It is run by one worker
 * at a time. A run can be cut short: its worker died (the job is given to another when its lease runs out), or its
 * `work` ended. Such a job waits again, so whatever a job does must bear being begun twice; whoever runs it decides when
 * it has taken enough workers down with it.
 *
 * Which one begins next: of the waiting jobs that may run (no `orderKey` holds them), those of the highest priority; of
 * these, the one whose user's turn it is; of this user's, the one that was sent first. Users take turns: while a user
 * has a job waiting that may run, nobody else begins two of the same queue and priority before it. So one user's
 * thousand jobs keep another's single one waiting for one of them, and for those that run already.
 *
 * Names and keys have 1 to 200 characters. Every method may also throw `store_locked`, `store_full` and
 * `store_unavailable`.
 */
export interface Queue {
  /**
   * Durable once it resolves; a retry is safe with an `idempotencyKey`. @returns the job's id.
   * @throws `bad_input` for names, options or a payload that break the rules above: nothing is made.
   */
  send(job: {
    readonly userId: string;
    readonly queue: string;
    readonly payload: JsonObject;
    readonly options?: SendOptions;
  }): Promise<number>;
  /**
   * Runs jobs of this queue, those that wait and those that come, until the signal aborts: then no other begins, the
   * signals of its runs abort, and it resolves when all of them have ended. A run that resolves nevertheless is done;
   * one that throws by then was cut short. Several calls share a queue, each with a bound of its own.
   *
   * A run that throws is tried again while it has attempts left, in its old place: at once, or when the pause that its
   * `backoff` asks for is over. What it threw is not kept: `run` itself tells whom it concerns. A run's signal aborts when
   * its job is cancelled, its `work` ends, or its worker was taken for dead.
   * @param run its `place` is absent where a queue from before there were any runs it: then nothing is lent.
   * @param options.concurrency runs at once, an integer from 1, those that have lent their places left out.
   * @throws `bad_input`.
   */
  work(
    queue: string,
    options: { readonly concurrency: number },
    run: (job: Job, signal: AbortSignal, place?: Place) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Ends a job: a waiting one never runs, the signal of a running one aborts and it is not tried again. It does not
   * wait for that run, which counts until it has ended, for the concurrency as for its `orderKey`.
   * @returns whether it was the user's and not yet over; somebody else's is answered like a missing one.
   */
  cancel(job: { readonly userId: string; readonly id: number }): Promise<boolean>;
  /**
   * For operators: how many jobs of this queue wait, of all users, those that are held or pause included. A queue that
   * cannot tell leaves it out.
   */
  waiting?(queue: string): Promise<number>;
  /** Ends every `work` as its signal would, and waits for it. Later calls throw `shutting_down`. */
  shutdown?(): Promise<void>;
}
