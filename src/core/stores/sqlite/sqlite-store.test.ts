import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "../../../protocols/store.ts";
import { storeContract } from "../../../testkit/store-contract.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { quietLog, tickingClock } from "./test-setup.ts";

storeContract("SQLite in memory", () =>
  openSqliteStore({ path: ":memory:", log: quietLog, ...tickingClock() }),
);

storeContract("SQLite in a file", async (): Promise<Store> => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-store-"));
  const store = await openSqliteStore({ path: join(folder, "test.db"), log: quietLog, ...tickingClock() });
  return {
    ...store,
    async shutdown() {
      await store.shutdown();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
