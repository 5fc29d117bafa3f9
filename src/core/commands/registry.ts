import type { FoundPlugin } from "../../lib/plugin-folder.ts";
import type { Command } from "../../protocols/command.ts";

/** A command, and the file it is from where it is a plugin's. */
export type Registered = { readonly command: Command; readonly source?: string };

/** By name in small letters, in the order to show. */
export type Registry = ReadonlyMap<string, Registered>;

/** The built-in commands, then those of plugins; one of a plugin takes the place of the built-in one of its name. */
export function createRegistry(
  builtIn: readonly Command[],
  found: readonly FoundPlugin<Command>[],
): Registry {
  const registry = new Map<string, Registered>(
    builtIn.map((command) => [command.name.toLowerCase(), { command }]),
  );
  for (const { plugin, source } of found)
    registry.set(plugin.name.toLowerCase(), { command: plugin, source });
  return registry;
}
