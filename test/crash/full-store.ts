import { existsSync } from "node:fs";
import { join } from "node:path";
import { sqliteStorePlugin } from "../../src/core/stores/sqlite/plugin.ts";
import { SkeletonError } from "../../src/lib/errors.ts";
import type { CorePlugin } from "../../src/protocols/plugin.ts";
import type { Store } from "../../src/protocols/store.ts";

/** The SQLite store on a disk that is full while there is a `disk-is-full` in the data folder. */
export const fullStorePlugin: CorePlugin<"store"> = {
  role: "store",
  name: "sometimes-full",
  async create(host) {
    const store = await sqliteStorePlugin.create(host);
    const flag = join(host.config.data_path, "disk-is-full");
    const guarded =
      <Arguments extends readonly unknown[], Result>(write: (...args: Arguments) => Promise<Result>) =>
      async (...args: Arguments): Promise<Result> => {
        if (!existsSync(flag)) return write(...args);
        throw new SkeletonError("store_full", "The disk is full: nothing was written.", {
          hint: "Free space.",
        });
      };
    return {
      ...store,
      add: guarded(store.add),
      update: guarded(store.update),
      delete: guarded(store.delete),
      collectionAppend: guarded(store.collectionAppend),
      transaction: guarded(store.transaction),
    } satisfies Store;
  },
};
