import { badInput } from "./bad-input.ts";
import type { Engine, PreparedStore } from "./engine.ts";

/** The stores as this process knows them; another process may have changed them since. */
export type Catalog = {
  /** Grows with every change of any definition. */
  readonly version: () => number;
  readonly names: () => readonly string[];
  readonly find: (name: string) => PreparedStore | undefined;
  /** @throws `bad_input` when there is no such store. */
  readonly named: (name: string) => PreparedStore;
  readonly reload: () => Promise<void>;
};

export async function openCatalog(engine: Engine): Promise<Catalog> {
  let version = -1;
  let stores = new Map<string, PreparedStore>();
  const catalog: Catalog = {
    version: () => version,
    names: () => [...stores.keys()].sort(),
    find: (name) => stores.get(name),
    named: (name) => {
      const store = stores.get(name);
      if (store === undefined) throw badInput(`There is no store "${name}".`, "Create it first.");
      return store;
    },
    reload: async () => {
      const loaded = await engine.definitions();
      if (loaded.version <= version) return; // an answer that was overtaken
      version = loaded.version;
      stores = new Map(
        loaded.definitions.map((definition) => [definition.name, engine.prepareStore(definition)]),
      );
    },
  };
  await catalog.reload();
  return catalog;
}
