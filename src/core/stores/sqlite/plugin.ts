import { join } from "node:path";
import { SkeletonError } from "../../../lib/errors.ts";
import type { CorePlugin, Host } from "../../../protocols/plugin.ts";
import { makePrivate } from "./make-private.ts";
import { openSqliteStore } from "./sqlite-store.ts";

/** The default store: one file in the data folder, or memory alone in ephemeral mode. */
export const sqliteStorePlugin = {
  role: "store",
  name: "sqlite",
  async create({ config, log, now, newId }: Host) {
    if (config.mode === "ephemeral") return openSqliteStore({ path: ":memory:", log, now, newId });
    const path = join(config.data_path, config.database_filename);
    try {
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
