import { setTimeout as sleep } from "node:timers/promises";
import { entryId } from "../lib/entry-id.ts";
import { codeOf } from "../lib/errors.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { NewMessage } from "../protocols/threads.ts";
import { type TurnAt, type TurnRecord, turnRecord } from "./turn-records.ts";

/** How a turn has ended, and what it left in the history, oldest first. */
export type TurnOutcome = {
  readonly turn: TurnRecord;
  readonly entries: readonly NewMessage[];
};

/** How often a turn of another process is looked at, in ms: below what somebody notices who waits for a whole answer. */
const lookAgainMs = 250;

/**
 * The end of a turn that another process runs, or that is over.
 * @throws `turn_not_found`, also when its process was killed before its message was safe; the signal's reason.
 */
export async function outcomeFromStore(
  host: Host,
  store: Store,
  at: TurnAt,
  signal: AbortSignal,
): Promise<TurnOutcome> {
  for (;;) {
    signal.throwIfAborted();
    const turn = await turnRecord(store, at);
    if (turn.state !== "running") return { turn, entries: await entriesOf(host, at, turn.threadId) };
    await sleep(lookAgainMs, undefined, { signal });
  }
}

/**
 * What a turn has left in the history. They are known by their ids, whichever branch is active by now. None where the thread
 * was erased.
 */
export async function entriesOf(
  host: Host,
  { userId, turnId }: TurnAt,
  threadId: string,
): Promise<readonly NewMessage[]> {
  const threads = await host.get("thread");
  const entries: NewMessage[] = [];
  try {
    for (;;)
      entries.push(
        await threads.getMessage({ userId, threadId, messageId: entryId(turnId, entries.length) }),
      );
  } catch (error) {
    if (!["message_not_found", "thread_not_found"].includes(codeOf(error))) throw error;
    return entries;
  }
}
