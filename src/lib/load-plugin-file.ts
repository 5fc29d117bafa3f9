import { pathToFileURL } from "node:url";
import type { PluginFile } from "./find-module-files.ts";
import { versionProblem } from "./skeleton-version.ts";
import { within } from "./time-limit.ts";

/** What a plugin file exports, or what is wrong with it: a sentence without its beginning, the file. */
export type LoadedFile =
  | { readonly module: Readonly<Record<string, unknown>>; readonly problem?: never; readonly cause?: never }
  | { readonly module?: never; readonly problem: string; readonly cause?: unknown };

/**
 * Loads a plugin file that is for this version of Skeleton: `skeleton` in its default export, or exported beside its
 * functions, says which versions it fits. @param limitMs how long that may take; default 10,000.
 */
export async function loadPluginFile({ entry, problem }: PluginFile, limitMs = 10_000): Promise<LoadedFile> {
  if (entry === undefined) return { problem };
  try {
    const loading: Promise<Readonly<Record<string, unknown>>> = import(pathToFileURL(entry).href);
    const module = await within(limitMs, loading, undefined);
    if (module === undefined) return { problem: `did not finish loading within ${limitMs} ms` };
    const unfit = versionProblem(module.default) ?? versionProblem(module);
    return unfit === undefined ? { module } : { problem: unfit };
  } catch (cause) {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return { problem: `cannot be loaded: ${message}`, cause };
  }
}
