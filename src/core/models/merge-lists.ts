import type { ModelInfo } from "../../protocols/model.ts";
import type { ListedModel, Provider } from "./provider.ts";

/** A model that can be asked, and whom to ask. */
export type CatalogEntry = {
  readonly info: ModelInfo;
  readonly provider: Provider;
  /** The provider's own name for it. */
  readonly upstreamId: string;
};

export type ProviderList = { readonly provider: Provider; readonly models: readonly ListedModel[] };

/**
 * All lists as one, in their order. Where two providers have a model of the same name the first keeps it, and the
 * other's goes by `provider/name`; a provider that repeats itself is heard once.
 * @param windows tokens by model name, from the configuration; `*` is for models nobody knows the size of.
 * @param withoutTools models that cannot call tools, from the configuration.
 */
export function mergeLists(
  lists: readonly ProviderList[],
  windows: Readonly<Record<string, number>>,
  withoutTools: readonly string[] = [],
): ReadonlyMap<string, CatalogEntry> {
  const merged = new Map<string, CatalogEntry>();
  for (const { provider, models } of lists) {
    for (const listed of models) {
      const plain = provider.prefix + listed.id;
      const taken = merged.get(plain);
      if (taken?.provider === provider) continue;
      const id = taken === undefined ? plain : `${provider.name}/${plain}`;
      if (merged.has(id)) continue;
      const contextWindow = windows[id] ?? windows[listed.id] ?? listed.contextWindow ?? windows["*"];
      const info: ModelInfo = {
        id,
        provider: listed.provider ?? provider.name,
        ...(contextWindow !== undefined && { contextWindow }),
        ...([id, listed.id].some((name) => withoutTools.includes(name)) && { tools: false }),
        ...(listed.description !== undefined && { description: listed.description }),
      };
      merged.set(id, { info, provider, upstreamId: listed.id });
    }
  }
  return merged;
}
