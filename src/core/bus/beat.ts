/** At most so long do entries wait for the next ones, in ms: 16 times a second is as often as reading needs. */
const longestMs = 60;
/** Appends a second for each ms of waiting: 200 answers of 50 tokens a second reach the longest. */
const appendsPerMs = 165;
/** Less than two tokens of one answer is no company, and no reason to wait, in ms. */
const shortestMs = 40;
const countForMs = 500;

/**
 * When the readers of logs are told what is new. Usually at the end of the loop of the event loop in which it came,
 * after all sockets that were ready have been read, so that what many streams have to write leaves in a row. The more is
 * said altogether, the longer what follows closely waits for company: a write to a socket costs as much as all else that
 * is done with a token. What comes after a silence, a first token above all, never waits.
 */
export class Beat {
  readonly #now: () => number;
  #soon: (() => void)[] = [];
  #late: (() => void)[] = [];
  #appends = 0;
  #countedAt: number;
  #gapMs = 0;

  /** @param now ms, from whenever. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#countedAt = now();
  }

  now(): number {
    return this.#now();
  }

  /** Something was appended to a log. */
  heard(): void {
    this.#appends += 1;
  }

  /**
   * Runs `wake` soon.
   * @param wokenAt when the same readers were told last; by far the past when what there is must not wait.
   */
  next(wake: () => void, wokenAt: number): void {
    const now = this.#now();
    if (now - this.#countedAt >= countForMs) this.#measure(now);
    if (this.#gapMs === 0 || now - wokenAt >= this.#gapMs) this.#atEndOfLoop(wake);
    else if (this.#late.push(wake) === 1) setTimeout(() => this.#runLate(), this.#gapMs).unref();
  }

  #measure(now: number): void {
    const perSecond = (this.#appends * 1000) / (now - this.#countedAt);
    const gapMs = Math.min(longestMs, perSecond / appendsPerMs);
    this.#gapMs = gapMs < shortestMs ? 0 : gapMs;
    this.#appends = 0;
    this.#countedAt = now;
  }

  #atEndOfLoop(wake: () => void): void {
    if (this.#soon.push(wake) === 1) setImmediate(() => this.#runSoon());
  }

  #runSoon(): void {
    const wakes = this.#soon;
    this.#soon = [];
    for (const wake of wakes) wake();
  }

  #runLate(): void {
    const wakes = this.#late;
    this.#late = [];
    for (const wake of wakes) wake();
  }
}
