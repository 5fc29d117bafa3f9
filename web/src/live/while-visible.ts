/**
 * Runs `work` while the window can be seen, and again whenever it is seen anew. HTTP/1.1 gives a browser six connections
 * to a server for all its windows: those in the background must not keep them. 20 s: glancing elsewhere costs nothing.
 * @returns how to end it.
 */
export function whileVisible(work: (signal: AbortSignal) => void, graceMs = 20_000): () => void {
  let current: AbortController | undefined;
  let leaving: ReturnType<typeof setTimeout> | undefined;
  const begin = () => {
    clearTimeout(leaving);
    if (current !== undefined) return;
    current = new AbortController();
    work(current.signal);
  };
  const end = () => {
    clearTimeout(leaving);
    current?.abort();
    current = undefined;
  };
  const look = () => {
    if (document.visibilityState === "visible") begin();
    else leaving = setTimeout(end, graceMs);
  };
  document.addEventListener("visibilitychange", look);
  begin(); // also in a window that was opened behind another: it has its page ready when it is looked at
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    end();
  };
}
