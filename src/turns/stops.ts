import { codeOf } from "../lib/errors.ts";
import type { Bus } from "../protocols/bus.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Store } from "../protocols/store.ts";
import type { TurnAt, TurnPlace } from "./turn-records.ts";

/** How often, in ms, it is looked for stops that came to another process and that nobody told of. */
const lookAgainMs = 1_000;

/** What instances tell each other: whose turn is to stop. */
const stopSubject = "turns/stop";

/** The turns that run in this process. */
type Here = {
  any(): boolean;
  /** Nothing happens where it does not run here. */
  stop(at: TurnAt): void;
};

/** Stops of turns that run in another process than the one that hears of it. */
export type Stops = {
  /**
   * Has a turn that another process runs stop: durable once it resolves, so that neither a Redis that is away nor the
   * end of that process loses it. Of one that is over nothing is asked.
   */
  ask(turn: TurnPlace): Promise<void>;
  shutdown(): void;
};

/** Asks others to stop theirs, and stops those of this process that others were asked to. */
export function createStops(host: Host, store: Store, bus: Bus, instance: string, here: Here): Stops {
  const deaf = bus.others?.listen(stopSubject, ({ userId, turnId }) =>
    here.stop({ userId: userId as string, turnId: turnId as string }),
  );
  let looking = false;
  const timer = setInterval(() => {
    if (looking || !here.any()) return;
    looking = true;
    host.background("look for stops", look);
  }, lookAgainMs).unref();

  async function look(): Promise<void> {
    try {
      const asked = await store.findAll("running_turns", { where: { instance, stop_asked: true } });
      for (const { user_id: userId, turn_id: turnId } of asked)
        here.stop({ userId, turnId: turnId as string });
    } finally {
      looking = false;
    }
  }

  return {
    async ask({ userId, threadId, turnId }) {
      await write(store, { userId, threadId, turnId });
      bus.others?.tell(stopSubject, { userId, turnId });
    },
    shutdown() {
      clearInterval(timer);
      deaf?.();
    },
  };
}

/** The record's time stays as it is: it is its process's sign of life. */
async function write(store: Store, { userId, threadId, turnId }: TurnPlace): Promise<void> {
  const at = { userId, store: "running_turns", id: threadId };
  const record = await store.get(at);
  if (record?.turn_id !== turnId || record.stop_asked === true) return;
  const [changes, where] = [{ stop_asked: true }, { turn_id: turnId }];
  try {
    await store.transaction([{ op: "update", at, changes, where, time: record.updated_at }]);
  } catch (error) {
    if (codeOf(error) !== "conflict" && codeOf(error) !== "record_not_found") throw error; // over by now
  }
}
