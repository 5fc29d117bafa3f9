import { useEffect, useState } from "react";
import type { ThreadEntry } from "../api/wire.ts";
import { newChatHash, type Side } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { useThreadChange } from "./use-thread-change.ts";

const undoMs = 10_000;

export type ThreadActions = {
  readonly rename: (thread: ThreadEntry, title: string) => void;
  readonly pin: (thread: ThreadEntry, pinned: boolean) => void;
  readonly archive: (thread: ThreadEntry) => void;
  readonly restore: (thread: ThreadEntry) => void;
  readonly erase: (thread: ThreadEntry) => void;
  /** The thread that was archived last, while it can still be brought back. */
  readonly gone: ThreadEntry | undefined;
  readonly undo: () => void;
  /** What the last change failed with. */
  readonly error: unknown;
  readonly retry: () => void;
};

type Gone = { readonly thread: ThreadEntry; readonly until: number };

/** What can be done to threads. Archiving can be undone for ten seconds, one thread after the other. */
export function useThreadActions(openThreadId: string | null, side: Side | undefined): ThreadActions {
  const [archived, setArchived] = useState<readonly Gone[]>([]);
  const keep = (thread: ThreadEntry) =>
    setArchived((known) => known.filter((other) => other.thread.id !== thread.id));
  const { mutate, error, variables } = useThreadChange(keep);
  const last = archived.at(-1);
  useEffect(() => {
    if (last === undefined) return;
    const timer = setTimeout(() => {
      setArchived((known) => known.filter(({ until }) => until > Date.now()));
    }, last.until - Date.now());
    return () => clearTimeout(timer);
  }, [last]);

  const leave = (thread: ThreadEntry) => {
    if (thread.id === openThreadId) goTo(newChatHash, { side });
  };
  const restore = (thread: ThreadEntry) => {
    keep(thread);
    mutate({ thread, change: { archived: false } });
  };

  return {
    rename: (thread, title) => mutate({ thread, change: { title } }),
    pin: (thread, pinned) => mutate({ thread, change: { pinned } }),
    archive: (thread) => {
      setArchived((known) => [...known, { thread, until: Date.now() + undoMs }]);
      mutate({ thread, change: { archived: true } });
      leave(thread);
    },
    restore,
    erase: (thread) => {
      keep(thread);
      mutate({ thread, change: "erase" });
      leave(thread);
    },
    gone: last?.thread,
    undo: () => last && restore(last.thread),
    error,
    retry: () => variables && mutate(variables),
  };
}
