import { SkeletonError } from "../lib/errors.ts";
import type { CorePlugin, Logger, PluginRole } from "../protocols/plugin.ts";

/** A plugin with the file it came from; the built-in ones have none. */
export type PluginCandidate = { readonly plugin: CorePlugin; readonly file?: string };

/** The plugins of a role, the one that fills it first; each may stand on the one after it. */
export type Ranked = readonly [PluginCandidate, ...PluginCandidate[]];

/**
 * The plugins of each role in their order: the highest priority, then one from the folder before a built-in, then the
 * first by file name.
 * @throws `plugin_invalid` when two plugins of a role have the same name.
 */
export function rankPlugins(candidates: readonly PluginCandidate[]): ReadonlyMap<PluginRole, Ranked> {
  refuseRepeatedNames(candidates);
  const ranked = new Map<PluginRole, Ranked>();
  for (const candidate of [...candidates].sort(byRank)) {
    const { role } = candidate.plugin;
    ranked.set(role, [...(ranked.get(role) ?? []), candidate] as unknown as Ranked);
  }
  return ranked;
}

/** Tells of those from the folder that `winner` does not stand on, so that nobody waits for them to act. */
export function tellUnused(
  winner: PluginCandidate,
  unused: readonly PluginCandidate[],
  log: Pick<Logger, "warn">,
): void {
  for (const candidate of unused) if (candidate.file !== undefined) tellOf(candidate, winner, log);
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

function tellOf(unused: PluginCandidate, winner: PluginCandidate, log: Pick<Logger, "warn">): void {
  const { role, name, priority = 0 } = unused.plugin;
  const tie = priority === (winner.plugin.priority ?? 0);
  const why = tie ? "has the same priority and the first file name" : "has a higher priority";
  log.warn(
    { role, plugin: name, file: unused.file, used: winner.plugin.name, usedFile: winner.file },
    `plugins: ${describePlugin(unused)} is not used: ${describePlugin(winner)} ${why} for the role ${role}`,
  );
}
