import { useEffect, useState } from "react";
import type { ThreadEntry } from "../api/wire.ts";
import { newChatHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { useArchive } from "./use-threads.ts";

const undoMs = 10_000;

export type Archiving = {
  /** The thread that went last, while it can still be brought back. */
  readonly gone: ThreadEntry | undefined;
  readonly error: unknown;
  readonly archive: (thread: ThreadEntry) => void;
  readonly undo: () => void;
};

/** Archiving happens at once and can be undone for ten seconds. */
export function useArchiving(openThreadId: string | null): Archiving {
  const [gone, setGone] = useState<ThreadEntry>();
  const change = useArchive();
  useEffect(() => {
    if (gone === undefined) return;
    const timer = setTimeout(() => setGone(undefined), undoMs);
    return () => clearTimeout(timer);
  }, [gone]);

  return {
    gone,
    error: change.error,
    archive: (thread) => {
      setGone(thread);
      change.mutate({ threadId: thread.id, archived: true }, { onError: () => setGone(undefined) });
      if (thread.id === openThreadId) goTo(newChatHash);
    },
    undo: () => {
      if (gone === undefined) return;
      change.mutate({ threadId: gone.id, archived: false });
      setGone(undefined);
    },
  };
}
