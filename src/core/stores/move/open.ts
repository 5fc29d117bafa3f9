import type { Logger } from "../../../protocols/plugin.ts";
import type { Engine } from "../engine.ts";
import { cannotOpen } from "../postgres/cannot-open.ts";
import type { Address } from "./address.ts";
import type { Source } from "./source.ts";

/** @throws `bad_input` when nothing of Skeleton is there; `store_locked` while somebody else has it. */
export async function openSource(address: Address): Promise<Source> {
  if (address.kind === "sqlite") {
    const { openSqliteSource } = await import("../sqlite/open-source.ts");
    return naming(address, async () => openSqliteSource(address.path, address.place));
  }
  return (await import("../postgres/open-source.ts")).openPostgresSource(address.url, address.place);
}

/** @throws `store_locked` while somebody else has it. */
export async function checkFree(address: Address): Promise<void> {
  if (address.kind === "sqlite") {
    const { checkSqliteFree } = await import("../sqlite/open-source.ts");
    await naming(address, async () => checkSqliteFree(address.path, address.place));
  } else await (await import("../postgres/open-source.ts")).checkPostgresFree(address.url, address.place);
}

/** Does something of which an engine says only that it cannot, for its log has the rest. @throws what is wrong, and where. */
export async function naming<T>({ place }: Address, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cannotOpen(place, error, "the address");
  }
}

/** To write to. A file is made where there is none. */
export async function openTarget(address: Address, log: Logger): Promise<Engine> {
  if (address.kind === "postgres")
    return (await import("../postgres/postgres-store.ts")).postgresEngine({ url: address.url, log });
  await (await import("../sqlite/make-private.ts")).makePrivate(address.path);
  return (await import("../sqlite/sqlite-store.ts")).sqliteEngine({ path: address.path, log });
}
