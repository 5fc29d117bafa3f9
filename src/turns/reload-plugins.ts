import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folderChanges } from "../lib/folder-changes.ts";
import { importFolders, lookAtImports } from "../lib/local-imports.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Turns } from "./create-turns.ts";

/**
 * Has tools, functions and commands loaded anew whenever a file in their folders, or one that they import, has changed. Turns that
 * begin then have the new ones; those that run keep what they began with. Goes on until the signal aborts.
 */
export async function reloadPlugins(host: Host, turns: Turns, signal: AbortSignal): Promise<void> {
  const folders = ["tools", "functions", "commands"].map((kind) => join(host.config.plugins_path, kind));
  for (const folder of folders) await mkdir(folder, { recursive: true }); // what is not there cannot be watched
  const parts = [await host.get("tools"), await host.get("functions"), await host.get("commands")];
  for await (const _ of folderChanges(() => [...new Set([...folders, ...importFolders()])], signal)) {
    await lookAtImports();
    signal.throwIfAborted();
    const ended = turns.ended();
    await Promise.all(parts.map((part) => part.reload?.(ended)));
  }
}
