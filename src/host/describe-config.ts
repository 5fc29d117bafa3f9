import { isObject } from "../lib/is-object.ts";
import type { Config } from "../protocols/config.ts";
import { sourceOf } from "./config-layers.ts";
import { type SchemaNode, settings } from "./config-schema.ts";
import { withoutCredentials } from "./mask.ts";

export type ConfigRow = {
  readonly key: string;
  /** For people to read; a secret is `(hidden)`, an absent value `-`. */
  readonly value: string;
  /** Where it came from; `default` when nobody set it. */
  readonly source: string;
};

/** The configuration in force, a row a setting, safe to show. */
export function describeConfig(config: Config, sources: ReadonlyMap<string, string>): readonly ConfigRow[] {
  return settings().map(({ key, path, node }) => {
    const value = path.reduce<unknown>((at, part) => (isObject(at) ? at[part] : undefined), config);
    return { key, value: show(masked(node, value)), source: sourceOf(sources, key) ?? "default" };
  });
}

const show = (value: unknown): string => {
  if (value === undefined) return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
};

function masked(node: SchemaNode, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (node.secret) return entries.length === 0 ? value : "(hidden)";
    const [any] = Object.values(node.patternProperties ?? {});
    return Object.fromEntries(
      entries.map(([key, child]) => [key, masked(node.properties?.[key] ?? any ?? {}, child)]),
    );
  }
  if (node.secret) return "(hidden)";
  return typeof value === "string" ? withoutCredentials(value) : value;
}
