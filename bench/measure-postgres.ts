import { postgresStorePlugin } from "../src/core/stores/postgres/plugin.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { measureFirstToken } from "./measure-first-token.ts";
import { searchFor } from "./measure-search.ts";
import { appendsASecond } from "./measure-store.ts";
import { startSkeleton } from "./processes.ts";
import { emptyFolder, fillStore, removeFolder, userName, users } from "./seed.ts";
import { signIn } from "./sign-in.ts";
import { quantile } from "./statistics.ts";
import { plainSource, skeletonSource } from "./stream-client.ts";
import { atLeast, atMost, digits, type Row } from "./table.ts";

/** A server as somebody might run it on such a machine; every commit is flushed. */
const settings = ["shared_buffers=512MB", "max_wal_size=4GB", "maintenance_work_mem=128MB"];

/** The same questions as of SQLite, of a PostgreSQL on this machine. */
export async function measurePostgres(
  upstream: string,
  options: { readonly messages: number; readonly times: number; readonly lastsMs: number },
  log: (text: string) => void,
): Promise<readonly Row[]> {
  const postgres = await startPostgres(settings);
  const folder = await emptyFolder();
  const host = testHost({
    config: { database_url: postgres.url },
    newId: "real",
    now: () => new Date(),
    plugins: [postgresStorePlugin],
  });
  try {
    const store = await host.get("store");
    const { single, many } = await appendsASecond(store);
    log(`seeding ${options.messages.toLocaleString("en")} messages ...`);
    await fillStore(store, options.messages);
    await host.shutdown();
    const server = await startSkeleton(folder, `${upstream}/v1`, { DATABASE_URL: postgres.url });
    const { url } = server;
    const tokens = await Promise.all(Array.from({ length: users }, (_, at) => signIn(url, userName(at))));
    const first = await measureFirstToken(
      "PostgreSQL: added time to first token, empty thread",
      plainSource(upstream),
      skeletonSource(url, tokens[0] ?? ""),
      options.times,
      10,
    );
    await searchFor(url, tokens, options.lastsMs / 2); // what lies on the disk into memory
    const found = await searchFor(url, tokens, options.lastsMs);
    await server.end();
    return [
      { row: "PostgreSQL: appends a second, each awaited before the next", measured: `${digits(single)} /s` },
      atLeast("PostgreSQL: appends a second, 100 at once", many, 3_000, "/s"),
      first,
      atMost(
        `PostgreSQL: search over ${options.messages.toLocaleString("en")} messages of ${users} users, p95`,
        quantile(found, 0.95),
        50,
        "ms",
        ` (p50 ${digits(quantile(found, 0.5))} ms)`,
      ),
    ];
  } finally {
    await host.shutdown();
    await postgres.stop();
    removeFolder(folder);
  }
}
