import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { findPluginFiles, type PluginFile } from "../../lib/find-module-files.ts";
import { within } from "../../lib/time-limit.ts";
import { type Read, readFunctions } from "./read-functions.ts";

/**
 * What the files of a folder export, in order of file name. A file that cannot be loaded, or does not finish within
 * `limitMs`, is told as a problem: a function guards nothing that could not go on without it.
 */
export async function loadFunctions(folder: string, limitMs: number): Promise<readonly Read[]> {
  const files = await findPluginFiles(folder);
  return (await Promise.all(files.map((file) => load(file, limitMs)))).flat();
}

async function load({ file, entry, problem }: PluginFile, limitMs: number): Promise<readonly Read[]> {
  if (entry === undefined) return [{ source: file, problem }];
  try {
    const loading: Promise<Record<string, unknown>> = import(pathToFileURL(entry).href);
    const module = await within(limitMs, loading, undefined);
    if (module === undefined)
      return [{ source: file, problem: `did not finish loading within ${limitMs} ms` }];
    return readFunctions(file, module);
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return [{ source: file, problem: `cannot be loaded: ${message}` }];
  }
}

export const functionsFolder = (pluginsPath: string): string => join(pluginsPath, "functions");
