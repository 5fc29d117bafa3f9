import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { LoadedConfig } from "../host/load-config.ts";
import { SkeletonError } from "../lib/errors.ts";
import { findPluginFiles } from "../lib/find-module-files.ts";
import { type Check, check } from "./check.ts";
import { checkTypes } from "./check-types.ts";
import type { MainModule } from "./main-module.ts";
import { kindAt, kindOf } from "./plugin-kind.ts";
import { type PluginKind, pluginFolders } from "./plugin-starters.ts";
import { listPlugins, type PluginReport } from "./plugins-list.ts";

export type CheckOptions = {
  readonly file: string;
  /** What it is, where its folder does not say. */
  readonly as?: string | undefined;
  /** Where the plugins in force lie: the core ones are loaded beside a tool, a function, a command or a page. */
  readonly pluginsPath: string;
  readonly configuration: (flags: Readonly<Record<string, string>>) => Promise<LoadedConfig>;
};

/** Looks at a plugin as a server would, in a plugins folder of its own and without touching any data. */
export async function checkPlugin(main: MainModule, options: CheckOptions): Promise<readonly Check[]> {
  const path = resolve(options.file);
  if (!existsSync(path)) {
    throw new SkeletonError("bad_input", `${options.file} is not there.`, {
      hint: "Name a plugin's file or folder.",
    });
  }
  const { kind, plugin } = placeOf(path, options);
  const folder = await mkdtemp(join(tmpdir(), "skeleton-check-"));
  try {
    const linked = await link(folder, kind, plugin, options.pluginsPath);
    const [found] = await findPluginFiles(join(folder, pluginFolders[kind]));
    const types = await check("types", () =>
      checkTypes(found?.entry === undefined ? path : entryIn(plugin, linked, found.entry)),
    );
    const load = await check("load", async () => {
      if (found === undefined) throw notLoaded;
      const { config } = await options.configuration({
        ...{ plugins_path: folder, data_path: join(folder, "data"), mode: "ephemeral" },
      });
      return loaded(kind, await listPlugins(main, config, "default"), linked);
    });
    return [
      types,
      {
        ...load,
        detail: load.detail.replaceAll(linked, options.file).replaceAll(folder, options.pluginsPath),
      },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

function placeOf(path: string, { file, as }: CheckOptions): { kind: PluginKind; plugin: string } {
  const found = kindAt(path);
  if (as !== undefined) return { kind: kindOf(as), plugin: found?.plugin ?? path };
  if (found !== undefined) return found;
  throw new SkeletonError(
    "bad_input",
    `${file} lies in none of ${Object.values(pluginFolders).join("/, ")}/.`,
    {
      hint: "Say what it is, for example `--as tool`.",
    },
  );
}

/** Links are followed by whoever loads plugins, so nothing is copied. @returns the link. */
async function link(folder: string, kind: PluginKind, plugin: string, pluginsPath: string): Promise<string> {
  const core = resolve(pluginsPath, "core");
  if (kind !== "core" && existsSync(core)) await symlink(core, join(folder, "core"));
  await mkdir(join(folder, pluginFolders[kind]));
  const linked = join(folder, pluginFolders[kind], basename(plugin));
  await symlink(plugin, linked);
  return linked;
}

const entryIn = (plugin: string, linked: string, entry: string): string => entry.replace(linked, plugin);

const notLoaded = new SkeletonError("plugin_invalid", "A server does not load a file of this name.", {
  hint: "It ends in .ts, .js, .mts or .mjs, is no test or declaration, and begins with neither _ nor a dot.",
});

/** What of this kind there is. @throws `plugin_invalid` when something is wrong, or nothing came of it. */
function loaded(
  kind: PluginKind,
  { core, tools, functions, commands, pages, problems }: PluginReport,
  linked: string,
): string {
  const own = problems.filter((problem) => problem.kind === kind || problem.kind === "core");
  if (own.length > 0) {
    const message = own.map(({ problem }) => problem).join("\n");
    throw new SkeletonError("plugin_invalid", message, { hint: "" });
  }
  const names = {
    core: core.filter(({ file }) => file === linked).map(({ role, name }) => `${name} in the role ${role}`),
    tool: tools.map(({ name }) => name),
    function: functions.map(({ name, hooks }) => `${name} with ${hooks.join(", ")}`),
    command: commands.map(({ name, usage }) => [`/${name}`, usage ?? []].flat().join(" ")),
    page: pages.map(({ path, access }) => `${path}, access ${access}`),
  }[kind];
  if (names.length > 0) return `${kind === "core" ? "core plugin" : kind} ${names.join("; ")}`;
  const role = pluginFolders[kind];
  if (kind !== "core" && kind !== "page" && !core.some((plugin) => plugin.role === role)) {
    throw new SkeletonError("role_missing", `It cannot be tried: no plugin fills the role ${role} here.`, {
      hint: `Put one into ${pluginFolders.core}/.`,
    });
  }
  throw new SkeletonError("plugin_invalid", "It is loaded, and nothing of it is used.", {
    hint:
      kind === "core"
        ? "Is its role one of this server's, and its priority not below 0?"
        : "What does it export?",
  });
}
