import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { CorePlugin } from "../../../protocols/plugin.ts";
import { openSqliteStore } from "./sqlite-store.ts";

/** The default store: one file in the data folder, or memory alone in ephemeral mode. */
export const sqliteStorePlugin: CorePlugin<"store"> = {
  role: "store",
  name: "sqlite",
  async create({ config, log, now, newId }) {
    if (config.mode === "ephemeral") return openSqliteStore({ path: ":memory:", log, now, newId });
    await mkdir(config.data_path, { recursive: true });
    return openSqliteStore({ path: join(config.data_path, config.database_filename), log, now, newId });
  },
};
