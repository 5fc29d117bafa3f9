import type { Host } from "../protocols/plugin.ts";
import type { Store, StoreOptions, StoreSchema } from "../protocols/store.ts";

/** The store, with a table of this shape in it, from the first call on; a call after a failed one tries again. */
export function lazyStore(
  host: Pick<Host, "get">,
  name: string,
  schema: StoreSchema,
  options?: StoreOptions,
): () => Promise<Store> {
  let opening: Promise<Store> | undefined;
  return async () => {
    opening ??= host.get("store").then(async (store) => {
      await store.createStoreIfNotExists(name, schema, options);
      return store;
    });
    try {
      return await opening;
    } catch (error) {
      opening = undefined;
      throw error;
    }
  };
}
