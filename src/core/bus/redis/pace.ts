import { setTimeout as sleep } from "node:timers/promises";

/** So much later than its log may a copy be that nobody elsewhere reads, in ms. */
const unreadMs = 500;
/** A reader elsewhere says every second that there is one; one that was heard counts for so long, in ms. */
const readMs = 3_000;

/**
 * How closely a copy follows its log. A token copied by itself costs its instance and Redis more than all else that is done
 * with it, and most answers are read only where they are made: those are copied twice a second, in larger pieces.
 */
export class Pace {
  #closeUntil = Number.NEGATIVE_INFINITY;
  #rest = new AbortController();

  /** Waits until the log is to be looked at again. */
  async next(): Promise<void> {
    if (performance.now() < this.#closeUntil) return;
    await sleep(unreadMs, undefined, { signal: this.#rest.signal, ref: false }).catch(() => {}); // somebody reads it now
  }

  /** Somebody elsewhere reads it: what there is goes at once, and what comes, too. */
  followClosely(): void {
    this.#hurry(performance.now() + readMs);
  }

  /** The log is over. */
  finish(): void {
    this.#hurry(Number.POSITIVE_INFINITY);
  }

  #hurry(until: number): void {
    this.#closeUntil = until;
    this.#rest.abort();
    this.#rest = new AbortController();
  }
}
