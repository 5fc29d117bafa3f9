/**
 * Calls `silent` when nothing was heard for too long. Hearing something only notes the time: a timer set anew at each
 * read would cost more than the read.
 */
export class SilenceWatch {
  readonly #silent: () => void;
  #limitMs: number;
  #heardAt = performance.now();
  #heard = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(firstMs: number, silent: () => void) {
    this.#silent = silent;
    this.#limitMs = firstMs;
    this.#wait(firstMs);
  }

  get limitMs(): number {
    return this.#limitMs;
  }

  /** Whether anything was heard at all. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Something came; from now on so much silence is borne. */
  hear(nextMs: number): void {
    this.#heard = true;
    this.#heardAt = performance.now();
    if (nextMs === this.#limitMs) return;
    this.#limitMs = nextMs;
    this.pause();
    this.#wait(nextMs);
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    this.pause();
    this.#heardAt = performance.now();
    this.#wait(this.#limitMs);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    const restMs = this.#limitMs - (performance.now() - this.#heardAt);
    if (restMs <= 0) this.#silent();
    else this.#wait(Math.ceil(restMs));
  }
}
