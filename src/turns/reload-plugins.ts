import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folderChanges } from "../lib/folder-changes.ts";
import type { Host } from "../protocols/plugin.ts";
import type { Turns } from "./create-turns.ts";

/**
 * Has tools, functions and commands loaded anew whenever a file in their folders has changed, at a moment at which no turn runs:
 * a turn keeps what it began with, and no function is shut down under it. Goes on until the signal aborts.
 */
export async function reloadPlugins(host: Host, turns: Turns, signal: AbortSignal): Promise<void> {
  const folders = ["tools", "functions", "commands"].map((kind) => join(host.config.plugins_path, kind));
  for (const folder of folders) await mkdir(folder, { recursive: true }); // what is not there cannot be watched
  const parts = [await host.get("tools"), await host.get("functions"), await host.get("commands")];
  for await (const _ of folderChanges(folders, signal)) {
    await turns.between(async () => {
      signal.throwIfAborted();
      await Promise.all(parts.map((part) => part.reload?.()));
    });
  }
}
