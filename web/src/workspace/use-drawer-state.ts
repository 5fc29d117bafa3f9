import { useEffect, useState } from "react";
import { useMedia } from "../lib/use-media.ts";
import type { Side } from "./route.ts";

/** Whether the list of threads is open as a drawer. A narrow window (workspace.css) shows it in no other way. */
export function useDrawerState(side: Side | undefined) {
  const [asked, setOpen] = useState(false);
  const narrow = useMedia("(width < 900px)");
  // Going back to a search, or opening its address, is meant to show it; in a wide window it shows anyway.
  useEffect(() => {
    if (side !== undefined) setOpen(true);
  }, [side]);
  return { open: asked && narrow, setOpen };
}
