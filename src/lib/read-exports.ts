import type { ReadPlugin } from "./plugin-folder.ts";

/** How the plugins of a kind are told from whatever else a module exports. */
export type ExportedKind = {
  /** Whether a named export is meant to be one. */
  readonly looksLikeOne: (value: object) => boolean;
  /** What keeps a value from being one, if anything. */
  readonly faultOf: (value: unknown) => string | undefined;
  /** What is told where there is none. */
  readonly none: string;
};

/**
 * The plugins that a module exports: its default export, or else its named ones; each one plugin or a list of them.
 * Named exports that are something else are the module's own business.
 */
export function readExports<Plugin>(
  source: string,
  module: Readonly<Record<string, unknown>>,
  { looksLikeOne, faultOf, none }: ExportedKind,
): readonly ReadPlugin<Plugin>[] {
  const isOne = (value: unknown): boolean =>
    Array.isArray(value)
      ? value.some(isOne)
      : typeof value === "object" && value !== null && looksLikeOne(value);
  const given = module.default ?? Object.values(module).filter(isOne);
  const exported = Array.isArray(given) ? given.flat() : [given];
  if (exported.length === 0) return [{ source, problem: none }];
  return exported.map((value): ReadPlugin<Plugin> => {
    const problem = faultOf(value);
    return problem === undefined ? { source, plugin: value as Plugin } : { source, problem };
  });
}
