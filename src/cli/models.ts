import { resolve } from "node:path";
import { Command } from "commander";
import pino from "pino";
import { type GgufHeader, readGgufHeader } from "../core/models/local/gguf-header.ts";
import { allModels, type LocalModel } from "../core/models/local/local-models.ts";
import { createLocalProvider, type LocalOptions } from "../core/models/local/local-provider.ts";
import { localOptions } from "../core/models/local/open-local-provider.ts";
import { sizeInWords } from "../core/models/local/size-in-words.ts";
import { packageFolders } from "../core/models/resolve-package.ts";
import { SkeletonError } from "../lib/errors.ts";
import { nearest } from "../lib/nearest.ts";
import { configurationFor } from "./configuration.ts";
import { count, showProgress } from "./import/progress.ts";
import { bench } from "./models/bench.ts";
import { pull } from "./models/pull.ts";

/** Where models are fetched from by name, unless told otherwise. */
const usualHub = "https://huggingface.co";

const out = (line: string): void => void process.stdout.write(`${line}\n`);

type Known = LocalModel & { readonly header?: GgufHeader; readonly fault?: string };

/** `skeleton models`: the GGUF files that this machine runs by itself. */
export function modelsCommand(): Command {
  const models = new Command("models").description(
    "The models that run on this machine: list, fetch, look at, measure.",
  );

  async function local(): Promise<
    LocalOptions & { readonly variables: Readonly<Record<string, string | undefined>> }
  > {
    const { config: configFile } = models.optsWithGlobals<{ config?: string }>();
    const { config, variables } = await configurationFor(configFile === undefined ? {} : { configFile });
    const options = {
      variables,
      packageFolders: packageFolders(config.plugins_path),
      log: pino({ level: "silent" }),
      newId: () => "call",
    };
    return { ...(await localOptions(config, options)), variables };
  }

  models
    .command("list", { isDefault: true })
    .description("Every local model: name, quantization, size, the context it was trained for, file.")
    .option("--json", "as JSON")
    .action(async ({ json }: { readonly json?: true }) => {
      const known = await knownModels(await local());
      if (json) return out(JSON.stringify(known.map(told), null, 2));
      for (const { key, path, header, fault, hint } of known) {
        const about =
          header === undefined
            ? [path === undefined ? `no file. ${hint ?? ""}`.trim() : `cannot be used: ${fault}`]
            : [header.quantization, sizeInWords(header.size), `${header.contextLength ?? "?"} tokens`];
        out([key, ...about, ...(path === undefined ? [] : [path])].join("\t"));
      }
    });

  models
    .command("info")
    .description("What a model's file says of itself, and whether it is whole.")
    .argument("<model>", "a local model's name, or a file")
    .option("--json", "as JSON")
    .action(async (name: string, { json }: { readonly json?: true }) => {
      const options = await local();
      const one = /\.gguf$/i.test(name)
        ? await withHeader({ key: name, path: resolve(name), settings: {} })
        : find(await knownModels(options), name);
      if (one.header === undefined) {
        throw new SkeletonError(
          "bad_input",
          `${one.path ?? one.key} cannot be used: ${one.fault ?? one.hint}`,
          {
            hint: "Fetch it again: skeleton models pull.",
          },
        );
      }
      if (json) return out(JSON.stringify(told(one), null, 2));
      const {
        architecture,
        name: title,
        parameters,
        quantization,
        size,
        contextLength,
        layers,
        hasChatTemplate,
      } = one.header;
      for (const [what, value] of Object.entries({
        file: one.path,
        name: title,
        architecture,
        parameters: `${count(parameters)} in ${layers ?? "?"} layers`,
        quantization,
        size: sizeInWords(size),
        context: `${contextLength ?? "?"} tokens`,
        template: hasChatTemplate ? "its own" : "none: llama.cpp's usual one for this architecture",
        settings: JSON.stringify({ ...one.settings, ...options.environment }),
      })) {
        if (value !== undefined) out(`${`${what}:`.padEnd(14)}${value}`);
      }
    });

  models
    .command("pull")
    .description("Fetch a model into the folder of models. Run again, it goes on where it was.")
    .argument(
      "<source>",
      "an address, or owner/name[:file] on the hub; FILE may be a part of the name, such as Q5_K_M",
    )
    .option("--name <name>", "what it is to be called (default: as its file)")
    .option("--sha256 <hex>", "the checksum it has to have (the hub tells it by itself)")
    .option("--hub <url>", `the hub (HF_ENDPOINT; default ${usualHub})`)
    .action(async (source: string, flags: { name?: string; sha256?: string; hub?: string }) => {
      const { folder, variables } = await local();
      const url = (flags.hub ?? variables.HF_ENDPOINT ?? usualHub).replace(/\/+$/, "");
      const progress = progressLines();
      const pulled = await pull(source, {
        folder,
        hub: { url, token: variables.HF_TOKEN },
        name: flags.name,
        sha256: flags.sha256,
        onProgress: progress.at,
      }).finally(progress.end);
      for (const { path, sha256, was } of pulled)
        out(was === "there" ? `${path} is there already` : `${path} sha256:${sha256}`);
    });

  models
    .command("bench")
    .description("How fast a model is here: loading, reading a prompt, writing.")
    .argument("<model>", "a local model's name")
    .option("--tokens <count>", "tokens to write", "128")
    .option("--json", "as JSON")
    .action(async (name: string, { tokens, json }: { readonly tokens: string; readonly json?: true }) => {
      const options = await local();
      find(await knownModels(options), name);
      const most = Number(tokens);
      if (!Number.isSafeInteger(most) || most < 2) {
        throw new SkeletonError("bad_input", `--tokens is ${tokens}.`, {
          hint: "Give a whole number from 2 on.",
        });
      }
      const provider = createLocalProvider(options);
      try {
        const speed = await bench(provider, name, most, new AbortController().signal);
        if (json) return out(JSON.stringify(speed));
        out(`load     ${speed.load_seconds.toFixed(1)} s`);
        out(`read     ${speed.prompt_tokens_per_second.toFixed(1)} tokens/s (${speed.prompt_tokens} tokens)`);
        out(`write    ${speed.tokens_per_second.toFixed(1)} tokens/s (${speed.tokens} tokens)`);
      } finally {
        provider.shutdown?.();
      }
    });

  for (const each of models.commands)
    each.exitOverride().showHelpAfterError("See `skeleton models --help`.").allowExcessArguments(false);
  return models;
}

const knownModels = async ({ named, folder, settings }: LocalOptions): Promise<readonly Known[]> =>
  Promise.all((await allModels(named, folder, settings as LocalModel["settings"])).map(withHeader));

async function withHeader(model: LocalModel): Promise<Known> {
  if (model.path === undefined) return model;
  try {
    return { ...model, header: await readGgufHeader(model.path) };
  } catch (error) {
    return { ...model, fault: (error as Error).message };
  }
}

function find(known: readonly Known[], name: string): Known {
  const one = known.find(({ key }) => key === name);
  if (one !== undefined) return one;
  const match = nearest(
    name,
    known.map(({ key }) => key),
  );
  throw new SkeletonError("model_not_found", `There is no local model ${name}.`, {
    hint: match === undefined ? "See `skeleton models list`." : `Did you mean ${match}?`,
  });
}

/** For programs. */
const told = ({ key, path, settings, header, fault }: Known) => ({
  name: key,
  path: path ?? null,
  settings,
  ...(header !== undefined && {
    architecture: header.architecture,
    title: header.name ?? null,
    parameters: header.parameters,
    quantization: header.quantization,
    bytes: header.size,
    context: header.contextLength ?? null,
    layers: header.layers ?? null,
    chat_template: header.hasChatTemplate,
  }),
  ...(fault !== undefined && { fault }),
});

/** On stderr: one line for each file. */
function progressLines() {
  let file: string | undefined;
  let line: ReturnType<typeof showProgress> | undefined;
  const end = () => line?.end();
  return {
    at(name: string, done: number, total: number | undefined) {
      if (total === undefined) return; // nobody knows how much is left
      if (name !== file) {
        end();
        file = name;
        line = showProgress({
          total,
          amounts: (have, all) => `${name}: ${sizeInWords(have)} of ${sizeInWords(all)}`,
          ...(process.stderr.isTTY && { columns: process.stderr.columns }),
          write: (text) => process.stderr.write(text),
          now: () => performance.now(),
        });
      }
      line?.at(done);
    },
    end,
  };
}
