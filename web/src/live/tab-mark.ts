import type { ThreadDetail } from "../api/wire.ts";

/** What the tab tells of a window that is not looked at: it is being answered, waits for its reader, or was answered while nobody looked. */
export type TabMark = "running" | "asking" | "finished" | undefined;

type Turns = Pick<ThreadDetail, "running_turn" | "last_turn">;

/** The turn that a thread's reader has before them whole: the last one, once it is over. */
export const endedTurn = (thread: Turns | undefined): string | undefined =>
  thread?.running_turn === null ? thread.last_turn?.turn_id : undefined;

/**
 * @param asks a call waits for the reader's word.
 * @param seen the ended turn that was there when the window was last looked at.
 */
export function tabMark(thread: Turns | undefined, seen: string | undefined, asks: boolean): TabMark {
  if (thread === undefined) return undefined;
  if (thread.running_turn !== null) return asks ? "asking" : "running";
  const ended = endedTurn(thread);
  return ended !== undefined && ended !== seen ? "finished" : undefined;
}
