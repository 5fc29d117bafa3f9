import { SkeletonError } from "../../../lib/errors.ts";
import type { Json } from "../../../protocols/json.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

type Kind = "number" | "whole" | "texts" | "text";

/** Llamalith's variables of generation, and the settings that they stand for. */
const known: Readonly<Record<string, readonly [setting: string, kind: Kind]>> = {
  LLM_TEMP: ["temperature", "number"],
  LLM_TOP_P: ["top_p", "number"],
  LLM_TOP_K: ["top_k", "whole"],
  LLM_REPEAT_PENALTY: ["repeat_penalty", "number"],
  LLM_TYPICAL_P: ["typical_p", "number"],
  LLM_PRESENCE_PENALTY: ["presence_penalty", "number"],
  LLM_FREQUENCY_PENALTY: ["frequency_penalty", "number"],
  LLM_MIROS: ["mirostat_mode", "whole"],
  LLM_MIROS_TAU: ["mirostat_tau", "number"],
  LLM_MIROS_ETA: ["mirostat_eta", "number"],
  LLM_STOP: ["stop", "texts"],
  LLM_EOS_BIAS: ["eos_bias", "number"],
  LLM_LOGIT_BIAS_KEY: ["logit_bias_key", "text"],
  LLM_MAX_TOKENS: ["max_tokens", "whole"],
  LLM_N_CTX: ["n_ctx", "whole"],
  LLM_N_THREADS: ["n_threads", "whole"],
  LLM_N_BATCH: ["n_batch", "whole"],
  LLM_SAFETY_MARGIN: ["safety_margin", "whole"],
  STORY_MAX_CONTINUES: ["max_continues", "whole"],
};

/**
 * The settings that the environment names; an empty variable is none.
 * @throws `config_invalid` naming the variable.
 */
export function settingsOf(variables: Variables): Readonly<Record<string, Json>> {
  const settings: Record<string, Json> = {};
  for (const [name, [setting, kind]] of Object.entries(known)) {
    const text = variables[name]?.trim();
    if (text) settings[setting] = read(name, text, kind);
  }
  return settings;
}

function read(name: string, text: string, kind: Kind): Json {
  if (kind === "text") return text;
  if (kind === "texts") return text.split(",").filter((part) => part !== "");
  const value = Number(text);
  const fits = kind === "number" ? Number.isFinite(value) : Number.isSafeInteger(value) && value >= 0;
  if (fits) return value;
  const wanted = kind === "number" ? "a number" : "a whole number";
  throw new SkeletonError("config_invalid", `${name} is ${JSON.stringify(text)}, but must be ${wanted}.`, {
    hint: `Correct ${name}, or take it away.`,
  });
}

/** What node-llama-cpp has no word for: accepted, so that an environment made for Llamalith works, and without effect. */
export const withoutEffect: readonly string[] = [
  "typical_p",
  "mirostat_mode",
  "mirostat_tau",
  "mirostat_eta",
  "logit_bias_key",
];

/** Llamalith's models by the variables of their paths. */
const usualKeys = ["gemma4", "mistral", "mythomax", "openchat", "qwen3"];

/**
 * Models that the environment names: the keys of `LLM_MODELS` in their order, each with the path of its variable, for
 * example `MISTRAL_PATH`; without `LLM_MODELS` those of Llamalith's own whose variable is set.
 */
export function modelsNamedBy(
  variables: Variables,
): readonly { readonly key: string; readonly path: string | undefined }[] {
  const listed = (variables.LLM_MODELS ?? "")
    .split(",")
    .map((key) => key.trim())
    .filter(Boolean);
  const named = (listed.length > 0 ? listed : usualKeys).map((key) => ({
    key,
    path: variables[pathVariable(key)]?.trim() || undefined,
  }));
  return listed.length > 0 ? named : named.filter(({ path }) => path !== undefined);
}

/** `gpt-oss` -> `GPT_OSS_PATH` */
export const pathVariable = (key: string): string => `${key.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_PATH`;
