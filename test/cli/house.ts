import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { contextPlugin } from "../../src/core/context/plugin.ts";
import { yamlPromptsPlugin } from "../../src/core/prompts/yaml-prompts.ts";
import { postgresStorePlugin } from "../../src/core/stores/postgres/plugin.ts";
import { sqliteStorePlugin } from "../../src/core/stores/sqlite/plugin.ts";
import { threadsPlugin } from "../../src/core/threads/plugin.ts";
import type { RunningHost } from "../../src/host/create-host.ts";
import type { Threads } from "../../src/protocols/threads.ts";
import { testHost } from "../../src/testkit/test-host.ts";
import { newFolder } from "./skeleton-process.ts";

/** Of a password that nobody needs. */
const hash = "$2b$04$d.zi1S7gJBFmAt9mipLQoudD5dKa4NqsRCEi1C7O.EUetBK1ny6IC";

/** A data folder in which these have accounts. */
export function newHome(...users: readonly string[]): string {
  const home = newFolder();
  const lines = users.map((name) => `${JSON.stringify(name)}: { hash: "${hash}", role: user }\n`);
  writeFileSync(join(home, "users.yaml"), lines.join(""));
  return home;
}

export type House = { readonly host: RunningHost; readonly threads: Threads };

/** The parts of a server, on such a folder. @param database an address of PostgreSQL; default SQLite. */
export async function inHouse<T>(
  home: string,
  work: (house: House) => Promise<T>,
  database?: string,
): Promise<T> {
  const store = database === undefined ? sqliteStorePlugin : postgresStorePlugin;
  const host = testHost({
    config: { data_path: home, ...(database !== undefined && { database_url: database }) },
    plugins: [store, threadsPlugin, contextPlugin, yamlPromptsPlugin],
    newId: "real",
  });
  try {
    return await work({ host, threads: await host.get("thread") });
  } finally {
    await host.shutdown();
  }
}
