import { after, afterEach, describe } from "node:test";
import { contextPlugin } from "../src/core/context/plugin.ts";
import { postgresStorePlugin } from "../src/core/stores/postgres/plugin.ts";
import { threadsPlugin } from "../src/core/threads/plugin.ts";
import { contextContract } from "../src/testkit/context-contract.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { threadsContract } from "../src/testkit/threads-contract.ts";
import { claimsContract } from "./support/claims-contract.ts";
import { freshDatabase, openOn } from "./support/postgres-store.ts";
import { queueContractOn } from "./support/store-queue.ts";
import { takenOverJobs } from "./support/taken-over-jobs.ts";

const shutdowns: (() => Promise<unknown>)[] = [];

async function openFresh() {
  const host = testHost({
    config: { database_url: await freshDatabase() },
    plugins: [postgresStorePlugin, threadsPlugin, contextPlugin],
    newId: "real",
  });
  shutdowns.push(() => host.shutdown());
  return {
    ...{ threads: await host.get("thread"), context: await host.get("context") },
    store: await host.get("store"),
  };
}

describe("threads and context on PostgreSQL", () => {
  afterEach(async () => {
    for (const shutdown of shutdowns.splice(0)) await shutdown();
  });

  threadsContract("threads", openFresh);
  contextContract("context", openFresh);
});

const clock = { now: () => new Date(), newId: () => crypto.randomUUID() };
const store = await openOn(await freshDatabase(), clock);
after(() => store.shutdown());

queueContractOn("the queue on PostgreSQL", store);
claimsContract("claims of turns on PostgreSQL", store);

takenOverJobs("jobs on PostgreSQL that are taken over", store);
