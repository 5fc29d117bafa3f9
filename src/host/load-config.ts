import { SkeletonError } from "../lib/errors.ts";
import type { Config } from "../protocols/config.ts";
import { checkConfig, type Fault } from "./check-config.ts";
import { environmentLayers, readDotEnv, type Variables } from "./config-environment.ts";
import { readConfigFile } from "./config-file.ts";
import { type Layer, mergeLayers, sourceOf, treeOf } from "./config-layers.ts";
import { settings } from "./config-schema.ts";
import { fromText } from "./config-text.ts";

export type LoadConfigOptions = {
  /** Where `skeleton.yaml` and `.env` are looked for. */
  readonly cwd: string;
  /** `process.env`. */
  readonly env: Variables;
  /** From the command line, by dotted key: `{ port: "8080" }`. Texts are read as they would be in the environment. */
  readonly flags?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Instead of `skeleton.yaml`; over `SKELETON_CONFIG`. It has to be there. */
  readonly configFile?: string;
};

export type LoadedConfig = {
  /** Complete and frozen. */
  readonly config: Config;
  /** Where each value came from, by dotted key: `skeleton.yaml:3`, a variable's name, `--port`. A default has none. */
  readonly sources: ReadonlyMap<string, string>;
  /** For the log, once there is one. */
  readonly notes: readonly string[];
  /** The environment with what `.env` added, for whatever else reads variables, such as a provider's own package. */
  readonly variables: Variables;
};

/**
 * Defaults < `skeleton.yaml` < `.env` < environment < flags.
 * @throws `config_invalid` telling every fault at once: key, value, where it stands and what is allowed there.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { cwd, env, flags = {} } = options;
  const dotEnv = await readDotEnv(cwd);
  const variables = { ...dotEnv.variables, ...env };
  const named = options.configFile ?? (variables.SKELETON_CONFIG?.trim() || undefined);
  const file = await readConfigFile(cwd, named);
  const environment = environmentLayers(variables);
  const { values, sources } = mergeLayers([
    ...(file.layer === undefined ? [] : [file.layer]),
    ...environment.layers,
    ...flagLayers(flags),
  ]);
  const checked = checkConfig(values);
  const wrong = "faults" in checked ? checked.faults.map((fault) => tell(fault, sources)) : [];
  const faults = [...dotEnv.faults, ...file.faults, ...environment.faults, ...wrong];
  if (!("config" in checked) || faults.length > 0) throw invalid(faults);
  return { config: checked.config, sources, notes: environment.notes, variables };
}

function flagLayers(flags: NonNullable<LoadConfigOptions["flags"]>): readonly Layer[] {
  const known = new Map(settings().map(({ key, node }) => [key, node]));
  return Object.entries(flags).flatMap(([key, given]) => {
    if (given === undefined) return [];
    const node = known.get(key);
    const value = typeof given === "string" && node !== undefined ? fromText(node, given) : given;
    return [{ values: treeOf(key.split("."), value), sourceOf: () => `--${key.replaceAll("_", "-")}` }];
  });
}

function tell({ path, message }: Fault, sources: ReadonlyMap<string, string>): string {
  const key = path.join(".");
  const place = sourceOf(sources, key) ?? sourceOf(sources, path.slice(0, -1).join("."));
  return `${key}${place === undefined ? "" : ` (${place})`} ${message}`;
}

function invalid(faults: readonly string[]): SkeletonError {
  const [only = ""] = faults;
  const message =
    faults.length === 1 ? only : `the configuration has ${faults.length} faults:\n  ${faults.join("\n  ")}`;
  return new SkeletonError("config_invalid", message, {
    hint: "Every setting is in docs/configuration.md; `skeleton doctor` shows which ones are in force.",
  });
}
