import { cpus } from "node:os";
import Type from "typebox";
import { Check } from "typebox/value";
import { SkeletonError } from "../../../lib/errors.ts";
import { given } from "../../../lib/given.ts";
import type { Json } from "../../../protocols/json.ts";
import type { ModelSettings } from "../../../protocols/model.ts";
import type { Generation, LoadedAs } from "./runner/messages.ts";

const share = Type.Number({ minimum: 0, maximum: 1 });
const positive = Type.Integer({ minimum: 1 });
const count = Type.Integer({ minimum: 0 });

/** What a setting of a local model may be. Others are not ours, and are ignored. */
const allowed = {
  temperature: Type.Number({ minimum: 0 }),
  top_p: share,
  top_k: count,
  min_p: share,
  repeat_penalty: Type.Number({ minimum: 0 }),
  presence_penalty: Type.Number(),
  frequency_penalty: Type.Number(),
  seed: Type.Integer(),
  max_tokens: positive,
  max_completion_tokens: positive,
  stop: Type.Union([Type.String(), Type.Array(Type.String())]),
  eos_bias: Type.Number(),
  safety_margin: count,
  n_ctx: positive,
  n_threads: positive,
  n_batch: positive,
  end_token: Type.String({ minLength: 1 }),
  require_end_token: Type.Boolean(),
  max_continues: Type.Integer({ minimum: 0, maximum: 20 }),
} as const;

/** Llamalith's, beneath everything that is configured. */
export const defaults: ModelSettings = {
  temperature: 0.8,
  top_p: 0.9,
  top_k: 40,
  repeat_penalty: 1.07,
  safety_margin: 128,
};

/**
 * How a reply is generated, from settings that are merged already.
 * @param grammar GBNF, where a grammar was named and found.
 * @throws `bad_input` naming the setting.
 */
export function generationFrom(
  key: string,
  settings: ModelSettings,
  grammar: string | undefined,
): Generation {
  const { max_completion_tokens, response_format, ...rest } = settings;
  const value = checked(rest);
  const schema = schemaOf(response_format);
  const stops = value.stop === undefined ? [] : [value.stop].flat();
  const plain = grammar === undefined && schema === undefined;
  return {
    margin: value.safety_margin ?? 128,
    // where each scene is cut into chapters, Llamalith let nothing else end them
    stop: key.endsWith("-novelchapter") ? [] : stops.filter((text) => text !== ""),
    ...given({
      temperature: value.temperature,
      top_p: value.top_p,
      top_k: value.top_k,
      min_p: value.min_p,
      repeat_penalty: value.repeat_penalty,
      presence_penalty: value.presence_penalty,
      frequency_penalty: value.frequency_penalty,
      seed: value.seed,
      eos_bias: value.eos_bias,
      max_tokens: checked({ max_completion_tokens }).max_completion_tokens ?? value.max_tokens,
      grammar,
      schema: grammar === undefined ? schema : undefined,
    }),
    ...(plain &&
      value.require_end_token === true && {
        ending: { token: value.end_token ?? "<<END>>", continues: value.max_continues ?? 1 },
      }),
  };
}

/** How a model is loaded. @throws `bad_input` naming the setting. */
export function loadedAs(
  { path, format }: { readonly path: string; readonly format?: string },
  settings: ModelSettings,
  sequences: number,
): LoadedAs {
  const { n_ctx, n_threads, n_batch } = checked(settings);
  return {
    path,
    ...given({ format }),
    contextSize: n_ctx ?? usualContext,
    // one core is left to the server: with all of them busy, llama.cpp's own threads wait for each other too
    threads: n_threads ?? Math.max(1, cpus().length - 1),
    batchSize: n_batch ?? 512,
    sequences,
  };
}

/** @throws `bad_input` naming a setting that cannot be taken. */
export function checkSettings(settings: ModelSettings): void {
  checked(settings);
}

/** Tokens, where nobody says otherwise. */
export const usualContext = 4096;

type Values = { [Name in keyof typeof allowed]?: Type.Static<(typeof allowed)[Name]> };

function checked(settings: Readonly<Record<string, unknown>>): Values {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(allowed)) {
    const value = settings[name];
    if (value === undefined || value === null) continue;
    if (!Check(schema, value)) {
      throw new SkeletonError(
        "bad_input",
        `\`${name}\` is ${JSON.stringify(value)}, which a local model cannot take.`,
        {
          hint: `Correct \`${name}\` in the settings of the request or the model, or leave it out.`,
        },
      );
    }
    values[name] = value;
  }
  return values as Values;
}

/** The schema that a reply has to fit; `true` for any JSON. */
function schemaOf(format: Json | undefined): Json | undefined {
  if (typeof format !== "object" || format === null || Array.isArray(format)) return undefined;
  const { type, json_schema: named } = format as { readonly type?: Json; readonly json_schema?: Json };
  if (type === "json_object") return true;
  if (type !== "json_schema") return undefined;
  const schema = (named as { readonly schema?: Json } | null | undefined)?.schema;
  if (typeof schema === "object" && schema !== null) return schema;
  throw new SkeletonError("bad_input", "`response_format` has no `json_schema.schema`.", {
    hint: "Give a JSON Schema there, or use `json_object`.",
  });
}
