import { Command } from "commander";
import { configurationFor } from "./configuration.ts";
import type { LoadMain } from "./main-module.ts";
import { pluginFolders } from "./plugin-starters.ts";
import { checkPlugin } from "./plugins-check.ts";
import { listPlugins, listText } from "./plugins-list.ts";
import { writeStarter } from "./plugins-new.ts";
import { addSettingFlags } from "./setting-flags.ts";

/** `skeleton plugins`: what is loaded, from which file, and what failed. Exit code 1 when something did. */
export function pluginsCommand(main: LoadMain): Command {
  const command = new Command("plugins")
    .description("List what plugins are loaded and what failed; begin one, check one.")
    .option("--json", "print the list as JSON, with the whole schema of each tool")
    .option("--user <name>", "whose tools to list (default: SKELETON_USER, or any user's)")
    .allowExcessArguments(false);
  const flags = addSettingFlags(command);

  const configuration = async (more: Parameters<typeof configurationFor>[0]["flags"] = {}) => {
    const { config: configFile } = command.optsWithGlobals<{ config?: string }>();
    return configurationFor({
      flags: { ...flags(), ...more },
      ...(configFile === undefined ? {} : { configFile }),
    });
  };

  command.action(async () => {
    const { json, user } = command.opts<{ json?: true; user?: string }>();
    const { config, variables } = await configuration();
    const userId = user ?? variables.SKELETON_USER ?? "default";
    const report = await listPlugins(await main(), config, userId);
    process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${listText(report)}\n`);
    if (!report.ok) process.exitCode = 1;
  });

  const kinds = Object.keys(pluginFolders).join("|");
  const create = new Command("new")
    .description("Write a commented starter that runs. It overwrites nothing.")
    .argument("<kind>", kinds)
    .argument("<name>", "lower-case letters, digits and -, beginning with a letter")
    .option("--dir <folder>", "the plugins folder to write to (default: the one in force)")
    .action(async (kind: string, name: string, { dir }: { dir?: string }) => {
      const folder = dir ?? (await configuration()).config.plugins_path;
      for (const file of await writeStarter(kind, name, folder)) process.stdout.write(`${file}\n`);
    });

  const examine = new Command("check")
    .description("Check the types of a plugin file, and load it as the server would.")
    .argument("<file>", "a file or folder in core/, tools/, functions/, commands/ or pages/")
    .option("--as <kind>", `what it is, where its folder does not say: ${kinds}`)
    .action(async (file: string, { as }: { as?: string }) => {
      const { config } = await configuration();
      const checks = await checkPlugin(await main(), {
        file,
        as,
        pluginsPath: config.plugins_path,
        configuration,
      });
      for (const { name, ok, detail } of checks)
        process.stdout.write(`${ok ? "ok  " : "FAIL"} ${name}: ${detail.replaceAll("\n", "\n     ")}\n`);
      if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
    });

  for (const each of [create, examine])
    command.addCommand(
      each.exitOverride().showHelpAfterError("See `skeleton plugins --help`.").allowExcessArguments(false),
    );
  return command;
}
