import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { SkeletonError } from "../../../lib/errors.ts";
import type { CorePlugin, Host } from "../../../protocols/plugin.ts";
import { openSqliteStore } from "./sqlite-store.ts";

/** The default store: one file in the data folder, or memory alone in ephemeral mode. */
export const sqliteStorePlugin = {
  role: "store",
  name: "sqlite",
  async create({ config, log, now, newId }: Host) {
    if (config.mode === "ephemeral") return openSqliteStore({ path: ":memory:", log, now, newId });
    const path = join(config.data_path, config.database_filename);
    try {
      await mkdir(config.data_path, { recursive: true });
      await makePrivate(path);
    } catch (error) {
      throw unusable(config.data_path, error);
    }
    return openSqliteStore({ path, log, now, newId });
  },
} satisfies CorePlugin<"store">;

const unusable = (folder: string, cause: unknown) =>
  new SkeletonError(
    "store_unavailable",
    `The data folder ${folder} cannot be written: ${(cause as Error).message}.`,
    {
      hint: "Set DATA_PATH, or data_path in skeleton.yaml, to a folder that this server may write.",
      cause,
    },
  );

/** A new file is its owner's alone, and SQLite gives its log the same mode. One that is there keeps its mode. */
async function makePrivate(path: string): Promise<void> {
  const file = await open(path, "a", 0o600);
  await file.close();
}
