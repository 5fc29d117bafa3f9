import { changedFiles } from "./changed-files.ts";
import { findPluginFiles } from "./find-module-files.ts";
import { loadPluginFile } from "./load-plugin-file.ts";

/** A plugin and the file it is from. */
export type FoundPlugin<Plugin> = { readonly source: string; readonly plugin: Plugin };

/** What is wrong with what is in a file. */
export type PluginFault = { readonly source: string; readonly problem: string };

export type ReadPlugin<Plugin> = FoundPlugin<Plugin> | PluginFault;

/** What the files of a folder export, in order of file name, and the files that changed since the last look. */
export type Look<Plugin> = () => Promise<{
  readonly read: readonly ReadPlugin<Plugin>[];
  readonly changed: readonly string[];
}>;

/**
 * Reads the plugins of a folder; at each further look, those of changed files anew. A file that cannot be loaded, or
 * does not finish within `limitMs`, is told as a problem: this is for plugins that guard nothing that could not go on
 * without them.
 */
export function pluginFolder<Plugin>(
  folder: string,
  limitMs: number,
  read: (source: string, module: Readonly<Record<string, unknown>>) => readonly ReadPlugin<Plugin>[],
): Look<Plugin> {
  const load = changedFiles(async (found): Promise<readonly ReadPlugin<Plugin>[]> => {
    const { module, problem } = await loadPluginFile(found, limitMs);
    return module === undefined ? [{ source: found.file, problem }] : read(found.file, module);
  });
  return async () => {
    const { values, changed } = await load(await findPluginFiles(folder));
    return { read: values.flat(), changed };
  };
}
