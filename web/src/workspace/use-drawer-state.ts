import { useCallback, useEffect, useState } from "react";
import { useMedia } from "../lib/use-media.ts";
import type { Side } from "./route.ts";
import { sidebarShown } from "./sidebar-shown.ts";

/** A window in which there is no room for the list of threads beside the conversation, as in workspace.css. */
const narrowWindow = "(width < 900px)";

/** Whether the list of threads is open as a drawer. A narrow window shows it in no other way. */
export function useDrawerState(side: Side | undefined) {
  const [asked, setAsked] = useState(false);
  const narrow = useMedia(narrowWindow);
  /** In a wide window there is no drawer to shut, but the list may be hidden when it is asked for. */
  const setOpen = useCallback((open: boolean) => {
    setAsked(open);
    if (open && !matchMedia(narrowWindow).matches) sidebarShown.set("shown");
  }, []);
  // Going back to a search, or opening its address, is meant to show it.
  useEffect(() => {
    if (side !== undefined) setOpen(true);
  }, [side, setOpen]);
  /** As a drawer where the window is narrow, beside the conversation where it is wide; there this browser remembers it. */
  const toggle = useCallback(() => {
    if (matchMedia(narrowWindow).matches) setAsked((open) => !open);
    else sidebarShown.set(sidebarShown.get() === "shown" ? "hidden" : "shown");
  }, []);
  return { open: asked && narrow, setOpen, toggle };
}
