import { describe } from "node:test";
import type { Queue } from "../protocols/queue.ts";
import { queueBackoff } from "./queue-contract-backoff.ts";
import { queueCancel } from "./queue-contract-cancel.ts";
import { queueJobs } from "./queue-contract-jobs.ts";
import type { Opening } from "./queue-contract-kit.ts";
import { queueOrder } from "./queue-contract-order.ts";
import { queueSurvival } from "./queue-contract-survival.ts";
import { queueWork } from "./queue-contract-work.ts";

/**
 * What every `Queue` does. `open` gives a fresh one. `reopen` gives the jobs of a queue as a new process finds them
 * after the queue's own was killed and its leases ran out; without it the tests of what survives are skipped.
 */
export const queueContract = (
  name: string,
  open: () => Promise<Queue>,
  { reopen }: { readonly reopen?: Opening["reopen"] } = {},
) =>
  describe(name, () => {
    queueJobs(open);
    queueOrder(open);
    queueWork(open);
    queueBackoff(open);
    queueCancel(open);
    queueSurvival({ open, reopen });
  });
