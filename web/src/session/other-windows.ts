import { useEffect, useRef } from "react";

/** What a window tells the others of this browser, which has one cookie for all of them. */
type Said = { readonly signedIn: string } | { readonly signedOut: true };

const channel = (): BroadcastChannel => new BroadcastChannel("skeleton.session");

export function tellOtherWindows(said: Said): void {
  const open = channel();
  open.postMessage(said);
  open.close();
}

/** Hears who signed in or out in another window of this browser. */
export function useOtherWindows(onSaid: (said: Said) => void): void {
  const latest = useRef(onSaid);
  useEffect(() => {
    latest.current = onSaid;
  });
  useEffect(() => {
    const open = channel();
    open.addEventListener("message", ({ data }: MessageEvent<Said>) => latest.current(data));
    return () => open.close();
  }, []);
}
