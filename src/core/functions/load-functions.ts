import { join } from "node:path";
import { changedFiles } from "../../lib/changed-files.ts";
import { findPluginFiles } from "../../lib/find-module-files.ts";
import { loadPluginFile } from "../../lib/load-plugin-file.ts";
import { type Read, readFunctions } from "./read-functions.ts";

/** What the files of a folder export, in order of file name, and the files that changed since the last look. */
export type Look = () => Promise<{ readonly read: readonly Read[]; readonly changed: readonly string[] }>;

/**
 * Reads the functions of a folder; at each further look, those of changed files anew. A file that cannot be loaded, or
 * does not finish within `limitMs`, is told as a problem: a function guards nothing that could not go on without it.
 */
export function functionsIn(folder: string, limitMs: number): Look {
  const load = changedFiles(async (found): Promise<readonly Read[]> => {
    const { module, problem } = await loadPluginFile(found, limitMs);
    return module === undefined ? [{ source: found.file, problem }] : readFunctions(found.file, module);
  });
  return async () => {
    const { values, changed } = await load(await findPluginFiles(folder));
    return { read: values.flat(), changed };
  };
}

export const functionsFolder = (pluginsPath: string): string => join(pluginsPath, "functions");
