import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { memoryBus } from "../../src/core/bus/memory-bus.ts";
import { openLedger } from "../../src/core/queue/ledger.ts";
import { storeQueuePlugin } from "../../src/core/queue/plugin.ts";
import { tables, type WorkerRow } from "../../src/core/queue/tables.ts";
import { openSqliteStore } from "../../src/core/stores/sqlite/sqlite-store.ts";
import { quietLog } from "../../src/core/stores/sqlite/test-setup.ts";
import { SkeletonError } from "../../src/lib/errors.ts";
import { given } from "../../src/lib/given.ts";
import type { OtherInstances } from "../../src/protocols/bus.ts";
import type { Queue } from "../../src/protocols/queue.ts";
import type { Store } from "../../src/protocols/store.ts";
import { queueContract } from "../../src/testkit/queue-contract.ts";
import { type TestHost, testHost } from "../../src/testkit/test-host.ts";

/** A store on SQLite that all tests of a file share; it ends with them. */
export async function sharedStore(): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-queue-"));
  const clock = { now: () => new Date(), newId: () => crypto.randomUUID() };
  const store = await openSqliteStore({ path: join(folder, "test.db"), log: quietLog, ...clock });
  after(async () => {
    await store.shutdown();
    rmSync(folder, { recursive: true, force: true });
  });
  return store;
}

/** Takes everything out of a store that queues have put there. */
export async function emptyTables(store: Store): Promise<void> {
  for (const name of await store.listStores()) {
    if (!Object.hasOwn(tables, name)) continue;
    const records = await store.findAll(name);
    await store.transaction(
      records.map(({ user_id: userId, id }) => ({ op: "delete", at: { userId, store: name, id } })),
    );
  }
}

/** A queue as one process has it. */
export type OwnQueue = {
  readonly queue: Queue;
  readonly host: TestHost;
  /** From then on it does not reach the store, where it stands as one whose process is gone. It must be the only one that works. */
  kill(): Promise<void>;
  /** It does not reach the store for a while. */
  trouble(there: boolean): void;
};

/** @param aheadMs how far its clock is ahead of the time. @param others the instances that it can tell something. */
export async function openQueue(store: Store, aheadMs = 0, others?: OtherInstances): Promise<OwnQueue> {
  let dead = false;
  const own = new Proxy(store, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        if (dead) throw new SkeletonError("store_unavailable", "It was killed.", { hint: "Let it be." });
        return Reflect.apply(member, target, args);
      };
    },
  });
  const host = testHost({
    now: () => new Date(Date.now() + aheadMs),
    newId: "real",
    plugins: [
      { role: "store", name: "test", create: () => own },
      { role: "bus", name: "test", create: () => ({ ...memoryBus(), ...given({ others }) }) },
    ],
  });
  const queue = await storeQueuePlugin.create(host, () => assert.fail("there is nothing below"));
  return {
    queue,
    host,
    async kill() {
      dead = true;
      await nameGone(store);
    },
    trouble(there) {
      dead = there;
    },
  };
}

/** All that work get the number of a process that has ended. */
async function nameGone(store: Store): Promise<void> {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const ledger = await openLedger(store, () => new Date());
  await ledger.change(async (draft) => {
    for (const { id, seen } of (await store.findAll("queue_workers")) as unknown as readonly WorkerRow[]) {
      const gone = id.replace(`:${process.pid}:`, `:${pid}:`);
      draft.workers.put({ id: gone, seen });
      const jobs = await draft.jobs.find({ equal: { place: id }, orderBy: "order", limit: 100 });
      for (const job of jobs) draft.jobs.put({ ...job, place: gone });
    }
  });
}

/** The contract of a queue that stands on this store: each test begins with an empty one, and may kill who uses it. */
export function queueContractOn(name: string, store: Store): void {
  const owners = new WeakMap<Queue, OwnQueue>();
  const open = async (): Promise<Queue> => {
    const own = await openQueue(store);
    owners.set(own.queue, own);
    return own.queue;
  };
  queueContract(
    name,
    async () => {
      await emptyTables(store);
      return open();
    },
    {
      reopen: async (queue) => {
        await owners.get(queue)?.kill();
        return open();
      },
    },
  );
}
