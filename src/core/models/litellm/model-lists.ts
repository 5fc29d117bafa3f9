import type { ListedModel } from "../provider.ts";
import type { KnownModel } from "./model-info.ts";

/** Those that can be asked. */
export const offered = (models: readonly KnownModel[]): readonly ListedModel[] =>
  models.filter(({ talks, wildcard }) => talks && !wildcard).map(listed);

/** A plain list, with what is still known of its models from before. */
export const withKnown = (
  plain: readonly ListedModel[],
  known: ReadonlyMap<string, KnownModel>,
): readonly ListedModel[] =>
  plain
    .map((model) => known.get(model.id) ?? model)
    .filter((model) => !("talks" in model) || model.talks)
    .filter(({ id }) => !id.includes("*"))
    .map(listed);

/**
 * The models of a plain list that only a wildcard lets through. Of each nothing is known but whose it is: an embedding
 * model among them cannot be told from the others.
 */
export function behindWildcards(
  wildcards: readonly KnownModel[],
  plain: readonly ListedModel[],
  known: ReadonlyMap<string, KnownModel>,
): readonly ListedModel[] {
  return plain.flatMap((model) => {
    if (known.has(model.id) || model.id.includes("*")) return [];
    const wildcard = wildcards.find(({ id }) => fits(model.id, id));
    if (wildcard === undefined || !wildcard.talks) return [];
    const { provider } = wildcard;
    return [{ ...model, ...(provider !== undefined && { provider }) }];
  });
}

/** By what stands before the first star and behind the last: all that names in use need, and quick for any name. */
function fits(id: string, wildcard: string): boolean {
  const before = wildcard.slice(0, wildcard.indexOf("*"));
  const behind = wildcard.slice(wildcard.lastIndexOf("*") + 1);
  return id.length >= before.length + behind.length && id.startsWith(before) && id.endsWith(behind);
}

/** What the list shows of it. */
function listed(model: ListedModel): ListedModel {
  const { id, provider, contextWindow } = model;
  return {
    id,
    ...(provider !== undefined && { provider }),
    ...(contextWindow !== undefined && { contextWindow }),
  };
}
