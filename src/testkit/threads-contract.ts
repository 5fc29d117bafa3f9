import { describe } from "node:test";
import type { Store } from "../protocols/store.ts";
import type { Threads } from "../protocols/threads.ts";
import { threadsBranches } from "./threads-contract-branches.ts";
import { threadsHeld } from "./threads-contract-held.ts";
import { threadsLists } from "./threads-contract-lists.ts";
import { threadsMessages } from "./threads-contract-messages.ts";
import { threadsRecords } from "./threads-contract-records.ts";

/**
 * What every `Threads` does. `open` gives a fresh one with the `store` role of its host; what they hold open is for the caller
 * to close.
 */
export const threadsContract = (
  name: string,
  open: () => Promise<{ readonly threads: Threads; readonly store: Store }>,
) =>
  describe(name, () => {
    const alone = async () => (await open()).threads;
    threadsRecords(alone);
    threadsLists(alone);
    threadsMessages(alone);
    threadsBranches(alone);
    threadsHeld(open);
  });
