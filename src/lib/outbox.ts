/** How long something may wait for company, in ms: half of what goes by between two tokens of one answer. */
const companyMs = 10;

export type Outbox<T> = {
  /** Leaves at the end of this loop of the event loop, with all that waits. */
  post(one: T): void;
  /** The same after a silence; else it waits for others to leave with, 10 ms at most. */
  postInCompany(one: T): void;
};

/** Collects what is to be handed on, in order: what leaves together costs little more than one alone. */
export function createOutbox<T>(
  handOn: (all: readonly T[]) => void,
  now: () => number = () => performance.now(),
): Outbox<T> {
  let waiting: T[] = [];
  let leaving = false;
  let later: NodeJS.Timeout | undefined;
  let leftAt = Number.NEGATIVE_INFINITY;

  function leave(): void {
    clearTimeout(later);
    later = undefined;
    leaving = false;
    leftAt = now();
    const all = waiting;
    waiting = [];
    handOn(all);
  }
  function leaveSoon(): void {
    if (!leaving) setImmediate(leave);
    leaving = true;
  }

  return {
    post(one) {
      waiting.push(one);
      leaveSoon();
    },
    postInCompany(one) {
      waiting.push(one);
      if (leaving || later !== undefined) return;
      const leftMs = leftAt + companyMs - now();
      if (leftMs <= 0) leaveSoon();
      else later = setTimeout(leave, leftMs);
    },
  };
}
