/** Calls when the network, the reader or the whole computer comes back. @returns how to end that. */
export function onReturn(listener: () => void): () => void {
  const onVisibility = () => {
    if (document.visibilityState === "visible") listener();
  };
  addEventListener("online", listener);
  document.addEventListener("resume", listener); // a window that the browser had put to sleep
  document.addEventListener("visibilitychange", onVisibility);
  return () => {
    removeEventListener("online", listener);
    document.removeEventListener("resume", listener);
    document.removeEventListener("visibilitychange", onVisibility);
  };
}
