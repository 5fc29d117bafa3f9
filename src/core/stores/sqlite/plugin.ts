import { mkdir, open } from "node:fs/promises";
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
    const path = join(config.data_path, config.database_filename);
    await makePrivate(path);
    return openSqliteStore({ path, log, now, newId });
  },
};

/** A new file is its owner's alone, and SQLite gives its log the same mode. One that is there keeps its mode. */
async function makePrivate(path: string): Promise<void> {
  const file = await open(path, "a", 0o600);
  await file.close();
}
