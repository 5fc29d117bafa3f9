import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import Type, { type Static, type TSchema } from "typebox";
import { Errors } from "typebox/value";
import { SkeletonError } from "../../../lib/errors.ts";

const settings = Type.Object(
  {
    n_ctx: Type.Integer({ minimum: 1 }),
    n_threads: Type.Integer({ minimum: 1 }),
    n_batch: Type.Integer({ minimum: 1 }),
    max_tokens: Type.Integer({ minimum: 1 }),
    temperature: Type.Number({ minimum: 0 }),
    top_p: Type.Number({ minimum: 0, maximum: 1 }),
    top_k: Type.Integer({ minimum: 0 }),
    min_p: Type.Number({ minimum: 0, maximum: 1 }),
    typical_p: Type.Number(),
    repeat_penalty: Type.Number({ minimum: 0 }),
    presence_penalty: Type.Number(),
    frequency_penalty: Type.Number(),
    seed: Type.Integer(),
    stop: Type.Union([Type.String(), Type.Array(Type.String())]),
    end_token: Type.String({ minLength: 1 }),
    require_end_token: Type.Boolean(),
    max_continues: Type.Integer({ minimum: 0 }),
    eos_bias: Type.Number(),
    logit_bias_key: Type.String(),
  },
  { additionalProperties: false },
);

/** What a model of ours may be set to; the keys of Llamalith's `model_settings`. */
const LocalSettingsSchema = Type.Partial(settings, { additionalProperties: false });

const byKey = <T extends TSchema>(value: T) => Type.Record(Type.String({ minLength: 1 }), value);

const LlamalithSchema = Type.Partial(
  Type.Object({
    model_paths: byKey(Type.String({ minLength: 1 })),
    model_formats: byKey(Type.String({ minLength: 1 })),
    model_settings: byKey(LocalSettingsSchema),
    available_models: Type.Array(Type.String({ minLength: 1 })),
    story_settings: Type.Partial(
      Type.Object({ min_words: Type.Integer({ minimum: 0 }), max_continues: Type.Integer({ minimum: 0 }) }),
    ),
    worker_settings: Type.Partial(Type.Object({ worker_count: Type.Integer({ minimum: 1 }) })),
  }),
  { additionalProperties: false },
);

/** Llamalith's `config.json`. Paths are as they are to be opened. */
export type LlamalithConfig = Static<typeof LlamalithSchema>;

/**
 * Llamalith's configuration file; `undefined` when there is none. One that was not named counts only when it has
 * `model_paths`: other programs have a `config.json` too.
 * @param named `LLAMALITH_CONFIG`: it has to be there.
 * @throws `config_invalid` naming every key that is wrong.
 */
export async function readLlamalithConfig(
  named: string | undefined,
  cwd: string,
): Promise<LlamalithConfig | undefined> {
  const path = resolve(cwd, named ?? "config.json");
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (named === undefined) return undefined;
    throw invalid(path, "cannot be read", "Correct LLAMALITH_CONFIG, or take it away.", cause);
  });
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (named === undefined && !text.includes('"model_paths"')) return undefined;
    throw invalid(path, `is no JSON: ${(cause as Error).message}`, "Correct the file.", cause);
  }
  if (named === undefined && !(typeof value === "object" && value !== null && "model_paths" in value))
    return undefined;
  // a union tells of each of its members, and a key that is not known is told of twice
  const told = new Map<string, string>();
  for (const error of Errors(LlamalithSchema, value)) {
    if (error.keyword !== "boolean" && !told.has(error.instancePath))
      told.set(error.instancePath, inWords(error));
  }
  if (told.size > 0) throw invalid(path, [...told.values()].join("; "), "Correct these keys.");
  const config = value as LlamalithConfig;
  const paths = Object.entries(config.model_paths ?? {});
  return {
    ...config,
    model_paths: Object.fromEntries(paths.map(([key, file]) => [key, resolve(dirname(path), file)])),
  };
}

type Fault = ReturnType<typeof Errors>[number];

/** The key as it is written, and what is wrong with it. */
function inWords({ keyword, instancePath, message, params }: Fault): string {
  const more = keyword === "additionalProperties" ? (params.additionalProperties as readonly string[]) : [];
  const path = instancePath.split("/").slice(1);
  const names = more.length > 0 ? more.map((name) => [...path, name]) : [path];
  const where = names.map((name) => `\`${name.join(".") || "the whole"}\``).join(", ");
  return more.length > 0 ? `${where} is not a setting` : `${where} ${message}`;
}

const invalid = (path: string, what: string, hint: string, cause?: unknown) =>
  new SkeletonError("config_invalid", `${path}: ${what}`, { hint, cause });
