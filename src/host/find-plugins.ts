import { join } from "node:path";
import { SkeletonError } from "../lib/errors.ts";
import { findPluginFiles, type PluginFile } from "../lib/find-module-files.ts";
import { loadPluginFile } from "../lib/load-plugin-file.ts";
import type { CorePlugin, Logger } from "../protocols/plugin.ts";
import type { PluginCandidate } from "./choose-plugins.ts";
import { isPluginRole, pluginRoles } from "./role-methods.ts";

export type FindPluginsOptions = {
  /** `config.plugins_path`; the plugins are in its `core` folder. A missing folder holds no plugins. */
  readonly folder: string;
  readonly log: Logger;
  /** How long one plugin may take to load, in ms; default 10,000. */
  readonly loadLimitMs?: number;
};

/**
 * Loads the core plugins of a plugins folder, in order of file name. One with a role that nobody knows is told in the
 * log and left out: it may be for a newer server.
 * @throws `plugin_invalid` naming every file that cannot be loaded or has no plugin as its default export. None is
 * skipped: the server must not run on a default where somebody meant to put a guard of their own.
 */
export async function findCorePlugins(options: FindPluginsOptions): Promise<readonly PluginCandidate[]> {
  const { folder, log, loadLimitMs = 10_000 } = options;
  const found = await findPluginFiles(join(folder, "core"));
  const loaded = await Promise.all(found.map((file) => load(file, loadLimitMs)));
  const faults = loaded.filter((result) => "fault" in result);
  if (faults.length > 0) throw cannotLoad(faults);

  const candidates: PluginCandidate[] = [];
  for (const result of loaded) {
    if ("plugin" in result) candidates.push(result);
    if (!("unknownRole" in result)) continue;
    const { file, unknownRole } = result;
    const known = pluginRoles.join(", ");
    log.warn(
      { file, role: unknownRole },
      `plugins: ${file} is ignored: nobody asks for the role ${unknownRole}, only for ${known}`,
    );
  }
  return candidates;
}

type Fault = { readonly fault: string; readonly cause?: unknown };
type Loaded =
  | { readonly file: string; readonly plugin: CorePlugin }
  | { readonly file: string; readonly unknownRole: string }
  | Fault;

async function load(found: PluginFile, limitMs: number): Promise<Loaded> {
  const { file } = found;
  const { module, problem, cause } = await loadPluginFile(found, limitMs);
  return problem === undefined ? readPlugin(file, module.default) : { fault: `${file} ${problem}`, cause };
}

function readPlugin(file: string, exported: unknown): Loaded {
  if (typeof exported !== "object" || exported === null)
    return { fault: `${file} has no default export that is a plugin` };
  const { role, name, priority, create } = exported as Partial<Record<keyof CorePlugin, unknown>>;
  if (typeof role !== "string" || role === "") return { fault: `${file}: its plugin has no role` };
  const plugin = `${file}: its plugin for the role ${role}`;
  if (typeof name !== "string" || name.trim() === "") return { fault: `${plugin} has no name` };
  if (priority !== undefined && !Number.isFinite(priority))
    return { fault: `${plugin} has a priority that is no number` };
  if (typeof create !== "function") return { fault: `${plugin} lacks create()` };
  if (!isPluginRole(role)) return { file, unknownRole: role };
  return { file, plugin: exported as CorePlugin }; // every property was looked at above
}

function cannotLoad(faults: readonly Fault[]): SkeletonError {
  const message = faults.map(({ fault }) => fault).join("\n");
  const [first] = faults;
  return new SkeletonError("plugin_invalid", message, {
    hint: "Correct the plugin or move it out of the folder; a file whose name begins with _ is not loaded.",
    cause: first?.cause,
  });
}
