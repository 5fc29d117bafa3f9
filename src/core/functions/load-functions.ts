import { join } from "node:path";
import { findPluginFiles, type PluginFile } from "../../lib/find-module-files.ts";
import { loadPluginFile } from "../../lib/load-plugin-file.ts";
import { type Read, readFunctions } from "./read-functions.ts";

/**
 * What the files of a folder export, in order of file name. A file that cannot be loaded, or does not finish within
 * `limitMs`, is told as a problem: a function guards nothing that could not go on without it.
 */
export async function loadFunctions(folder: string, limitMs: number): Promise<readonly Read[]> {
  const files = await findPluginFiles(folder);
  return (await Promise.all(files.map((file) => load(file, limitMs)))).flat();
}

async function load(found: PluginFile, limitMs: number): Promise<readonly Read[]> {
  const { module, problem } = await loadPluginFile(found, limitMs);
  return module === undefined ? [{ source: found.file, problem }] : readFunctions(found.file, module);
}

export const functionsFolder = (pluginsPath: string): string => join(pluginsPath, "functions");
