import { sqliteStorePlugin } from "../src/core/stores/sqlite/plugin.ts";
import type { Store } from "../src/protocols/store.ts";
import { testHost } from "../src/testkit/test-host.ts";
import { emptyFolder, removeFolder } from "./seed.ts";
import { digits, type Row } from "./table.ts";

const lastsMs = 2_000;

/** Appends to collections, each durable before it counts: a second, one after another and 100 at once. */
export async function appendsASecond(
  store: Store,
): Promise<{ readonly single: number; readonly many: number }> {
  await store.createStoreIfNotExists("logs", { lines: "json_collection" });
  const place = { userId: "anna", store: "logs" };
  const ids = await Promise.all(Array.from({ length: 100 }, () => store.add(place, {})));
  const append = (id: string) =>
    store.collectionAppend({ ...place, id }, "lines", { content: "x".repeat(200) });

  async function perSecond(step: () => Promise<number>): Promise<number> {
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < lastsMs) count += await step();
    return (count / (performance.now() - start)) * 1000;
  }
  const single = await perSecond(() => append(ids[0] ?? "").then(() => 1));
  const many = await perSecond(async () => (await Promise.all(ids.map(append))).length);
  return { single, many };
}

export async function measureStore(): Promise<readonly Row[]> {
  const folder = await emptyFolder();
  const host = testHost({ config: { data_path: folder }, newId: "real", now: () => new Date() });
  const store = await sqliteStorePlugin.create(host);
  const { single, many } = await appendsASecond(store);
  await store.shutdown();
  await host.shutdown();
  removeFolder(folder);
  return [
    { row: "store appends a second, each awaited before the next", measured: `${digits(single)} /s` },
    { row: "store appends a second, 100 at once", measured: `${digits(many)} /s` },
  ];
}
