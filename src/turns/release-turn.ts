import type { Store, Write } from "../protocols/store.ts";
import { releaseThread, type TurnEnd, type TurnPlace } from "./turn-records.ts";

/** What else happens with the end of a turn, also of one that a dead server left. */
export type AtTurnEnd = {
  /** What is to be written in one step with it. */
  steps(turn: TurnPlace & Pick<TurnEnd, "state">): Promise<readonly Write[]>;
  /** It was written. */
  written(): void;
};

/** Ends a turn that this process has, and frees its thread. @throws what `isNotHeld` tells. */
export type Release = (turn: TurnPlace, end: TurnEnd) => Promise<void>;

export const releasing =
  (store: Store, instance: string, atEnd: AtTurnEnd): Release =>
  async ({ userId, threadId, turnId }, end) => {
    const turn = { userId, threadId, turnId };
    const also = await atEnd.steps({ ...turn, state: end.state });
    await releaseThread(store, { ...turn, instance }, end, also);
    atEnd.written();
  };
