import { pathToFileURL } from "node:url";
import type { PluginFile } from "./find-module-files.ts";
import { versionProblem } from "./skeleton-version.ts";
import { within } from "./time-limit.ts";

/** What a plugin file exports by default, or what is wrong with it: a sentence without its beginning, the file. */
export type LoadedFile =
  | { readonly exported: unknown; readonly problem?: never; readonly cause?: never }
  | { readonly exported?: never; readonly problem: string; readonly cause?: unknown };

/** Loads a plugin file that is for this version of Skeleton. @param limitMs how long that may take; default 10,000. */
export async function loadPluginFile({ entry, problem }: PluginFile, limitMs = 10_000): Promise<LoadedFile> {
  if (entry === undefined) return { problem };
  try {
    const module: unknown = await within(limitMs, import(pathToFileURL(entry).href), undefined);
    if (module === undefined) return { problem: `did not finish loading within ${limitMs} ms` };
    const exported = (module as { readonly default?: unknown }).default;
    const unfit = versionProblem(exported);
    return unfit === undefined ? { exported } : { problem: unfit };
  } catch (cause) {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    return { problem: `cannot be loaded: ${message}`, cause };
  }
}
