import { basename, dirname } from "node:path";
import { SkeletonError } from "../lib/errors.ts";
import { type PluginKind, pluginFolders } from "./plugin-starters.ts";

const kinds = Object.keys(pluginFolders) as PluginKind[];

/** @throws `bad_input` when there is no such kind. */
export function kindOf(text: string): PluginKind {
  const kind = kinds.find((each) => each === text);
  if (kind !== undefined) return kind;
  throw new SkeletonError("bad_input", `${text} is no kind of plugin.`, {
    hint: `There are ${kinds.join(", ")}.`,
  });
}

/**
 * What lies in this place, by the name of its folder; for the `index` of a folder, by the name of the one above.
 * @returns the kind, and the file or folder that is one plugin.
 */
export function kindAt(path: string): { readonly kind: PluginKind; readonly plugin: string } | undefined {
  for (const plugin of [path, dirname(path)]) {
    const kind = kinds.find((each) => pluginFolders[each] === basename(dirname(plugin)));
    if (kind !== undefined) return { kind, plugin };
  }
  return undefined;
}
