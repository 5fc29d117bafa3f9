import { isObject } from "../lib/is-object.ts";

/** Settings from one place, as a tree of maps, with what to call the place for a setting's path. */
export type Layer = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly sourceOf: (path: readonly string[]) => string;
};

/** Layers put over each other: the values, and for each the place it came from, by dotted key. */
export type Merged = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly sources: ReadonlyMap<string, string>;
};

/** Later layers win, key by key down to values that are no maps; lists are replaced whole; `null` changes nothing. */
export function mergeLayers(layers: readonly Layer[]): Merged {
  const sources = new Map<string, string>();
  let values: Readonly<Record<string, unknown>> = {};
  for (const layer of layers) {
    values = merge(values, layer, layer.values, [], sources);
  }
  return { values, sources };
}

function merge(
  under: Readonly<Record<string, unknown>>,
  layer: Layer,
  over: Readonly<Record<string, unknown>>,
  path: readonly string[],
  sources: Map<string, string>,
): Readonly<Record<string, unknown>> {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    const here = [...path, key];
    const below = merged.get(key);
    if (isObject(value)) merged.set(key, merge(isObject(below) ? below : {}, layer, value, here, sources));
    else merged.set(key, value ?? below);
    if (!isObject(value) || Object.keys(value).length === 0)
      sources.set(here.join("."), layer.sourceOf(here));
  }
  return Object.fromEntries(merged);
}

/** A tree with one value in it. */
export const treeOf = (path: readonly string[], value: unknown): Record<string, unknown> =>
  path.reduceRight((tree: unknown, key) => ({ [key]: tree }), value) as Record<string, unknown>;

/** The place a setting came from; of a map, the places of what is in it. `undefined` for a default. */
export function sourceOf(sources: ReadonlyMap<string, string>, key: string): string | undefined {
  const places = [...sources].filter(([known]) => known === key || known.startsWith(`${key}.`));
  return places.length === 0 ? undefined : [...new Set(places.map(([, place]) => place))].join(", ");
}
