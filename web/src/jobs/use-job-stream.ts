import { useEffect, useState, useSyncExternalStore } from "react";
import type { TurnEvent } from "../../../src/protocols/turn-event.ts";
import { emptyTurn, foldTurn, type TurnView } from "../../../src/turns/fold-turn.ts";
import { openStream } from "../api/call-api.ts";
import { jobEventsPath } from "../api/job-calls.ts";
import type { JobEntry } from "../api/wire.ts";
import { createExternalStore } from "../lib/external-store.ts";
import { followEvents } from "../live/follow-events.ts";
import { onFrame } from "../live/on-frame.ts";
import { wait } from "../live/wait.ts";
import { whileVisible } from "../live/while-visible.ts";

export type JobStream = {
  readonly job?: JobEntry;
  /** What its newest turn has said so far. */
  readonly view: TurnView;
  /** Why there is no more of it. */
  readonly error?: unknown;
};

type JobEvent = { readonly event: "job"; readonly data: JobEntry } | TurnEvent;

/**
 * A job as it stands and as it is answered, wherever it runs. A connection that breaks is taken up again, and hears
 * everything from the beginning: what was known stays until then.
 */
export function useJobStream(id: number): JobStream {
  const [store] = useState(() => createExternalStore<JobStream>({ view: emptyTurn }));
  useEffect(() => {
    const frame = onFrame<JobEvent>((events) => store.set(events.reduce(step, store.get())));
    const stop = whileVisible((signal) => {
      followEvents<JobEvent>({
        path: jobEventsPath(id),
        ...{ signal, wait, open: openStream },
        nextCursor: () => undefined,
        isLast: (event) => event.event === "job" && event.data.finished_at !== null,
        onEvents: frame.add,
      }).catch((error: unknown) => store.set({ ...store.get(), error }));
    });
    return () => {
      stop();
      frame.close();
    };
  }, [id, store]);
  return useSyncExternalStore(store.subscribe, store.get);
}

function step(stream: JobStream, event: JobEvent): JobStream {
  if (event.event === "job") return { ...stream, job: event.data };
  // A turn says first where it is: another one, or the same from its beginning.
  const before = event.event === "thread_id" ? emptyTurn : stream.view;
  return { ...stream, view: foldTurn([event], before) };
}
