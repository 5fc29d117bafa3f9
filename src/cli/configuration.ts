import { type LoadConfigOptions, type LoadedConfig, loadConfig } from "../host/load-config.ts";

/** The configuration for a command. Variables of `.env` are put where libraries look for theirs. */
export async function configurationFor(
  options: Pick<LoadConfigOptions, "configFile" | "flags">,
): Promise<LoadedConfig> {
  const loaded = await loadConfig({ cwd: process.cwd(), env: process.env, ...options });
  for (const [name, value] of Object.entries(loaded.variables)) process.env[name] ??= value;
  return loaded;
}
