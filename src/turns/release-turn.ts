import type { Store, Write } from "../protocols/store.ts";
import { releaseThread, type TurnEnd, type TurnPlace } from "./turn-records.ts";

/** What else happens with the end of a turn, also of one that a dead server left. */
export type AtTurnEnd = {
  /** What is to be written in one step with it. */
  steps(turn: TurnPlace & Pick<TurnEnd, "state">): Promise<readonly Write[]>;
  /** It was written. */
  written(): void;
};

/** Ends a turn and frees its thread. */
export type Release = (turn: TurnPlace, end: TurnEnd) => Promise<void>;

export const releasing =
  (store: Store, atEnd: AtTurnEnd): Release =>
  async ({ userId, threadId, turnId }, end) => {
    const turn = { userId, threadId, turnId };
    await releaseThread(store, turn, end, await atEnd.steps({ ...turn, state: end.state }));
    atEnd.written();
  };
