import { SkeletonError } from "../lib/errors.ts";
import type { CorePlugin, Logger, PluginRole } from "../protocols/plugin.ts";

/** A plugin with the file it came from; the built-in ones have none. */
export type PluginCandidate = { readonly plugin: CorePlugin; readonly file?: string };

/**
 * The plugin of each role: the highest priority, then one from the folder before a built-in, then the first by file
 * name. One from the folder that is not used is told in the log, so that nobody waits for it to act.
 * @throws `plugin_invalid` when two plugins of a role have the same name.
 */
export function choosePlugins(
  candidates: readonly PluginCandidate[],
  log: Logger,
): ReadonlyMap<PluginRole, PluginCandidate> {
  refuseRepeatedNames(candidates);
  const chosen = new Map<PluginRole, PluginCandidate>();
  for (const candidate of [...candidates].sort(byRank)) {
    const winner = chosen.get(candidate.plugin.role);
    if (winner === undefined) chosen.set(candidate.plugin.role, candidate);
    else if (candidate.file !== undefined) tellUnused(candidate, winner, log);
  }
  return chosen;
}

/** How a plugin is called in messages: its name, and its file where it has one. */
export const describePlugin = ({ plugin, file }: PluginCandidate): string =>
  file === undefined ? `the built-in plugin "${plugin.name}"` : `the plugin "${plugin.name}" (${file})`;

function refuseRepeatedNames(candidates: readonly PluginCandidate[]): void {
  const named = new Map<string, PluginCandidate>();
  for (const candidate of candidates) {
    const { role, name } = candidate.plugin;
    const other = named.get(`${role} ${name}`);
    if (other !== undefined) {
      throw new SkeletonError(
        "plugin_invalid",
        `two plugins for the role ${role} are called the same: ${describePlugin(other)} and ${describePlugin(candidate)}`,
        {
          hint: "Give one of them another name: a name is unique within its role, the built-in ones included.",
        },
      );
    }
    named.set(`${role} ${name}`, candidate);
  }
}

function byRank(one: PluginCandidate, other: PluginCandidate): number {
  const byPriority = (other.plugin.priority ?? 0) - (one.plugin.priority ?? 0);
  if (byPriority !== 0) return byPriority;
  if (one.file === undefined || other.file === undefined) {
    return Number(one.file === undefined) - Number(other.file === undefined);
  }
  return one.file < other.file ? -1 : Number(one.file > other.file);
}

function tellUnused(unused: PluginCandidate, winner: PluginCandidate, log: Logger): void {
  const { role, name, priority = 0 } = unused.plugin;
  const tie = priority === (winner.plugin.priority ?? 0);
  const why = tie ? "has the same priority and the first file name" : "has a higher priority";
  log.warn(
    { role, plugin: name, file: unused.file, used: winner.plugin.name, usedFile: winner.file },
    `plugins: ${describePlugin(unused)} is not used: ${describePlugin(winner)} ${why} for the role ${role}`,
  );
}
