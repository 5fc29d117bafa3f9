import { useMemo, useSyncExternalStore } from "react";
import { drafts, parseDraft } from "./drafts.ts";

/** What is being written in a place. */
export function useDraft(place: string) {
  const snapshot = useSyncExternalStore(drafts.subscribe, () => drafts.snapshot(place));
  return useMemo(() => parseDraft(snapshot), [snapshot]);
}
