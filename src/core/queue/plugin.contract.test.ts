import { emptyTables, type OwnQueue, openQueue, sharedStore } from "../../../test/support/store-queue.ts";
import { leaseMs } from "../../lib/instance.ts";
import type { Queue } from "../../protocols/queue.ts";
import { queueContract } from "../../testkit/queue-contract.ts";

const store = await sharedStore();
const owners = new WeakMap<Queue, OwnQueue>();

async function open(aheadMs: number): Promise<Queue> {
  const own = await openQueue(store, aheadMs);
  owners.set(own.queue, own);
  return own.queue;
}

queueContract(
  "the queue on SQLite",
  async () => {
    await emptyTables(store);
    return open(0);
  },
  {
    reopen: async (queue) => {
      owners.get(queue)?.kill();
      return open(leaseMs + 1);
    },
  },
);
