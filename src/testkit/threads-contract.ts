import { describe } from "node:test";
import type { Threads } from "../protocols/threads.ts";
import { threadsBranches } from "./threads-contract-branches.ts";
import { threadsLists } from "./threads-contract-lists.ts";
import { threadsMessages } from "./threads-contract-messages.ts";
import { threadsRecords } from "./threads-contract-records.ts";

/** What every `Threads` does. `open` gives a fresh one; what it holds open is for the caller to close. */
export const threadsContract = (name: string, open: () => Promise<Threads>) =>
  describe(name, () => {
    threadsRecords(open);
    threadsLists(open);
    threadsMessages(open);
    threadsBranches(open);
  });
