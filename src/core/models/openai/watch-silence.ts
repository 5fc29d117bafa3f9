/**
 * Calls `silent` when nothing was heard for too long. Hearing something only notes the time: a timer set anew at each
 * read would cost more than the read.
 */
export function watchSilence(firstMs: number, silent: () => void) {
  let limitMs = firstMs;
  let heardAt = performance.now();
  let heard = false;
  let timer: NodeJS.Timeout | undefined = setTimeout(look, limitMs);
  function look(): void {
    const restMs = limitMs - (performance.now() - heardAt);
    if (restMs <= 0) silent();
    else timer = setTimeout(look, Math.ceil(restMs));
  }
  function pause(): void {
    clearTimeout(timer);
    timer = undefined;
  }
  return {
    get limitMs() {
      return limitMs;
    },
    /** Whether anything was heard at all. */
    get heard() {
      return heard;
    },
    /** Something came; from now on so much silence is borne. */
    hear(nextMs: number) {
      heard = true;
      heardAt = performance.now();
      if (nextMs === limitMs) return;
      limitMs = nextMs;
      pause();
      timer = setTimeout(look, limitMs);
    },
    pause,
    resume() {
      pause();
      heardAt = performance.now();
      timer = setTimeout(look, limitMs);
    },
    end: pause,
  };
}
