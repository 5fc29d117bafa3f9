import { useEffect, useState } from "react";
import type { RoleEntry } from "../api/wire.ts";

const undoMs = 10_000;

export type Undo = ReturnType<typeof useUndo>;

/** The role that was deleted last, for as long as it can be brought back. */
export function useUndo() {
  const [gone, setGone] = useState<RoleEntry>();
  useEffect(() => {
    if (gone === undefined) return;
    const timer = setTimeout(() => setGone(undefined), undoMs);
    return () => clearTimeout(timer);
  }, [gone]);
  return [gone, setGone] as const;
}
