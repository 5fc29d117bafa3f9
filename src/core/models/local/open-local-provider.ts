import { resolve } from "node:path";
import { SkeletonError } from "../../../lib/errors.ts";
import type { Config } from "../../../protocols/config.ts";
import type { ModelSettings } from "../../../protocols/model.ts";
import type { Provider } from "../provider.ts";
import { mergeSettings } from "../settings.ts";
import { settingsOf, type Variables } from "./environment.ts";
import { checkSettings } from "./generation.ts";
import { readLlamalithConfig } from "./llamalith-config.ts";
import { namedModels } from "./local-models.ts";
import { createLocalProvider, type LocalOptions } from "./local-provider.ts";

type Surroundings = Pick<LocalOptions, "packageFolders" | "openRunner" | "log" | "newId"> & {
  readonly variables: Variables;
};

/** The provider of the models of this machine. @throws `config_invalid` naming the key or the variable that is wrong. */
export const openLocalProvider = async (
  config: Pick<Config, "models" | "data_path">,
  surroundings: Surroundings,
): Promise<Provider> => createLocalProvider(await localOptions(config, surroundings));

/**
 * The models of this machine, as `models.local`, Llamalith's `config.json`, its variables and the folder name them.
 * @throws `config_invalid` naming the key or the variable that is wrong.
 */
export async function localOptions(
  { models, data_path }: Pick<Config, "models" | "data_path">,
  { variables, ...surroundings }: Surroundings,
): Promise<LocalOptions> {
  const { local } = models;
  const llamalith = await readLlamalithConfig(variables.LLAMALITH_CONFIG?.trim() || undefined, process.cwd());
  const environment = settingsOf(variables);
  const settings = local.settings as ModelSettings;
  checked("models.local.settings", settings);
  checked("The environment", environment);
  for (const [key, one] of Object.entries(local.models)) {
    checked(`models.local.models.${key}.settings`, one.settings as ModelSettings);
  }
  return {
    ...surroundings,
    named: namedModels({ models }, llamalith, variables),
    folder: resolve(data_path, local.folder),
    settings,
    environment,
    grammars: variables.LLM_GRAMMAR_DIR?.trim() || undefined,
    maxBytes: local.max_bytes,
    parallel: local.parallel ?? llamalith?.worker_settings?.worker_count ?? 2,
  };
}

function checked(where: string, settings: ModelSettings): void {
  try {
    checkSettings(mergeSettings(settings));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SkeletonError("config_invalid", `${where}: ${reason}`, { hint: "Correct it there.", cause });
  }
}
