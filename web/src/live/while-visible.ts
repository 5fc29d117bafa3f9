type Work = (signal: AbortSignal) => void;

/**
 * Runs `work` while the window can be seen, and again whenever it is seen anew. HTTP/1.1 gives a browser six connections
 * to a server for all its windows: those in the background must not keep them. 20 s: glancing elsewhere costs nothing.
 * @param unseen runs instead while the window cannot be seen.
 * @returns how to end it.
 */
export function whileVisible(work: Work, unseen: Work = () => {}, graceMs = 20_000): () => void {
  let running: Work | undefined;
  let current = new AbortController();
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const run = (next: Work | undefined) => {
    clearTimeout(leaving);
    if (next === running) return;
    current.abort();
    current = new AbortController();
    running = next;
    next?.(current.signal);
  };
  const look = () => {
    clearTimeout(leaving);
    if (document.visibilityState === "visible") run(work);
    else leaving = setTimeout(() => run(unseen), graceMs);
  };
  document.addEventListener("visibilitychange", look);
  run(work); // also in a window that was opened behind another: it has its page ready when it is looked at
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    run(undefined);
  };
}
