import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { Config } from "../../../protocols/config.ts";
import type { Json } from "../../../protocols/json.ts";
import { modelsNamedBy, pathVariable, type Variables } from "./environment.ts";
import type { LlamalithConfig } from "./llamalith-config.ts";

/** A model that has a name here. */
export type LocalModel = {
  readonly key: string;
  /** Absent: nobody has said where its file is. */
  readonly path?: string;
  /** What to do about a path that is absent. */
  readonly hint?: string;
  readonly format?: string;
  readonly settings: Readonly<Record<string, Json>>;
};

type Settings = Readonly<Record<string, Json>>;

/**
 * Models that somebody has named, in the order to show them: those of `models.local.models`, then those of Llamalith's
 * `config.json`, or without it those of the environment. A key that is named twice is the first one's.
 */
export function namedModels(
  { models }: Pick<Config, "models">,
  llamalith: LlamalithConfig | undefined,
  variables: Variables,
): readonly LocalModel[] {
  const all = models.local.settings as Settings;
  const everyFormat = variables.LLM_CHAT_FORMAT?.trim() || undefined;
  const own = Object.entries(models.local.models).map(([key, { path, format, settings }]) =>
    localModel(key, { path: resolve(path), format, settings: settings as Settings }),
  );
  const theirs = llamalith === undefined ? fromEnvironment() : fromConfig(llamalith);
  return unique([...own, ...theirs]);

  function localModel(
    key: string,
    {
      path,
      format,
      settings,
      hint,
    }: { path?: string | undefined; format?: string | undefined; settings?: Settings; hint?: string },
  ): LocalModel {
    const wrapper = everyFormat ?? format;
    return {
      key,
      ...(path !== undefined && { path }),
      ...(hint !== undefined && { hint }),
      ...(wrapper !== undefined && { format: wrapper }),
      settings: { ...all, ...settings },
    };
  }

  function fromConfig({
    model_paths = {},
    model_formats = {},
    model_settings = {},
    available_models,
  }: LlamalithConfig) {
    const keys = available_models ?? Object.keys(model_paths).sort();
    return keys.map((key) =>
      localModel(key, {
        path: model_paths[key],
        format: model_formats[key],
        settings: (model_settings[key] ?? {}) as Settings,
        hint: `Add \`${key}\` to model_paths in Llamalith's configuration.`,
      }),
    );
  }

  function fromEnvironment() {
    return modelsNamedBy(variables).map(({ key, path }) =>
      localModel(key, { path: path && resolve(path), hint: `Set ${pathVariable(key)} to its file.` }),
    );
  }
}

/** Of a model in several files, llama.cpp opens the first and finds the others itself. */
const laterPart = /-(?!0*1-)\d+-of-\d+\.gguf$/i;
/** What goes with a model that sees, and is none by itself. */
const projector = /(^|[-_.])mmproj/i;

/**
 * What is named, and after it every other `.gguf` of the folder, by its file's name. A named model without a path is
 * looked for there too.
 */
export async function allModels(
  named: readonly LocalModel[],
  folder: string,
  settings: Settings,
): Promise<readonly LocalModel[]> {
  const files = await readdir(folder).catch(() => [] as string[]); // usually there is no such folder
  const found = files
    .filter((file) => /\.gguf$/i.test(file) && !laterPart.test(file) && !projector.test(file))
    .sort()
    .map((file) => ({ key: keyOf(file), path: join(folder, file), settings }));
  const whole = named.map((model) => {
    const path = model.path ?? found.find(({ key }) => key === model.key)?.path;
    return path === undefined ? model : { ...model, path };
  });
  const taken = new Set(whole.map(({ path }) => path));
  return unique([...whole, ...found.filter(({ path }) => !taken.has(path))]);
}

const keyOf = (file: string): string => basename(file).replace(/(-0*1-of-\d+)?\.gguf$/i, "");

const unique = (models: readonly LocalModel[]): readonly LocalModel[] =>
  [...new Map(models.toReversed().map((model) => [model.key, model])).values()].toReversed();
