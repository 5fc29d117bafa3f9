import type { CorePlugin, Host } from "../../../protocols/plugin.ts";

/** The store of `database_url`, for servers that share one database. */
export const postgresStorePlugin = {
  role: "store",
  name: "postgres",
  async create({ config, log, now, newId }: Host) {
    const { databasePlace } = await import("../../../lib/database-place.ts");
    const { openPostgresStore } = await import("./postgres-store.ts");
    const { cannotOpen } = await import("./cannot-open.ts");
    const url = config.database_url ?? "";
    const place = databasePlace(url);
    try {
      return await openPostgresStore({ url, log, now, newId });
    } catch (error) {
      throw cannotOpen(place, error);
    }
  },
} satisfies CorePlugin<"store">;
