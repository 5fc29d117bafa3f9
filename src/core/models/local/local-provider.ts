import { stat } from "node:fs/promises";
import { totalmem } from "node:os";
import { pathToFileURL } from "node:url";
import type { Json } from "../../../protocols/json.ts";
import type { ModelEvent, ModelSettings } from "../../../protocols/model.ts";
import type { Logger } from "../../../protocols/plugin.ts";
import type { ListedModel, Provider, ProviderRequest } from "../provider.ts";
import { resolvePackage } from "../resolve-package.ts";
import { mergeSettings } from "../settings.ts";
import { UpstreamError } from "../upstream-error.ts";
import { withoutEffect } from "./environment.ts";
import { defaults, generationFrom, loadedAs, usualContext } from "./generation.ts";
import { type GgufHeader, readGgufHeader } from "./gguf-header.ts";
import { grammarFile } from "./grammar-file.ts";
import { allModels, type LocalModel } from "./local-models.ts";
import { createReplyReader } from "./reply-reader.ts";
import { createRunner, type Runner, type RunnerOptions } from "./runner-client.ts";
import { sizeInWords } from "./size-in-words.ts";

export type LocalOptions = {
  readonly named: readonly LocalModel[];
  /** Where `.gguf` files are models without being named. */
  readonly folder: string;
  /** Beneath those of each model. */
  readonly settings: ModelSettings;
  /** What the environment says: above what is configured. */
  readonly environment: ModelSettings;
  readonly grammars: string | undefined;
  /** Bytes of memory for all loaded models; default half of the machine's. */
  readonly maxBytes: number | undefined;
  /** Answers side by side from one model. */
  readonly parallel: number;
  /** Where node-llama-cpp may be installed, best first. */
  readonly packageFolders: readonly string[];
  /** Default: starts a process of this server's own. */
  readonly openRunner?: ((options: RunnerOptions) => Runner) | undefined;
  readonly log: Logger;
  readonly newId: () => string;
};

/** Of the provider, in lists and messages. */
export const localName = "llama.cpp";
const missing = "Local models need the package node-llama-cpp, which is not installed.";
const install = "Run: npm install node-llama-cpp";

/** GGUF files on this machine, by llama.cpp in a process of its own. */
export function createLocalProvider(options: LocalOptions): Provider {
  const { named, environment, log } = options;
  const headers = new Map<string, { readonly version: string; readonly header: Promise<GgufHeader> }>();
  let runner: Runner | undefined;
  /** There are models, so the package that runs them matters. */
  let wanted = false;
  /** What is wrong with those that were listed last. */
  const faults = new Map<string, string>();

  const models = () => allModels(named, options.folder, options.settings as LocalModel["settings"]);
  const packagePath = () => resolvePackage("node-llama-cpp", options.packageFolders);

  /** What whoever runs the server has set. */
  const own = (model: LocalModel) => mergeSettings(defaults, model.settings, environment);

  const grammarOf = async (grammarName: Json | undefined, model: string) =>
    typeof grammarName !== "string" || grammarName.trim() === ""
      ? undefined
      : grammarFile(grammarName, options.grammars, (why) => log.warn({ model }, `models: ${why}`));

  /** Read once for each version of a file. */
  async function headerOf(path: string): Promise<GgufHeader> {
    const { size, mtimeMs } = await stat(path);
    const version = `${size} ${mtimeMs}`;
    const known = headers.get(path);
    if (known?.version === version) return known.header;
    const header = readGgufHeader(path);
    headers.set(path, { version, header });
    return header;
  }

  async function listed(model: LocalModel): Promise<ListedModel> {
    const { key, path } = model;
    const settings = own(model);
    const faulty = (description: string) => {
      faults.set(key, description);
      return { id: key, description };
    };
    if (path === undefined) return faulty(`Its file is not known. ${model.hint ?? ""}`.trim());
    try {
      const header = await headerOf(path);
      const size = Math.min(
        Number(settings.n_ctx ?? usualContext),
        header.contextLength ?? Number.POSITIVE_INFINITY,
      );
      const about = `${header.name ?? header.architecture}, ${header.quantization}, ${sizeInWords(header.size)}, on this machine.`;
      return {
        id: key,
        contextWindow: Math.max(256, size - Number(settings.safety_margin ?? 0)),
        description: packagePath() === undefined ? `${missing} ${install}` : about,
      };
    } catch (error) {
      return faulty(`Its file cannot be used: ${reasonOf(error)}.`);
    }
  }

  function running(): Runner {
    if (runner !== undefined) return runner;
    const path = packagePath();
    if (path === undefined) throw new UpstreamError("upstream_unreachable", missing, { hint: install });
    const module = pathToFileURL(path).href;
    const { openRunner = createRunner, maxBytes = Math.floor(totalmem() / 2) } = options;
    runner = openRunner({ module, maxBytes, log });
    return runner;
  }

  async function usable(id: string): Promise<LocalModel & { readonly path: string }> {
    const model = (await models()).find(({ key }) => key === id);
    const path = model?.path;
    if (model === undefined || path === undefined) {
      throw new UpstreamError(
        "upstream_unusable",
        `Model '${id}' not found or path does not exist: ${path ?? "none is known"}`,
        {
          hint: model?.hint ?? "Put its file back, or choose another model.",
        },
      );
    }
    await headerOf(path).catch((cause: unknown) => {
      throw new UpstreamError(
        "upstream_unusable",
        `The file of \`${id}\` cannot be used: ${reasonOf(cause)}.`,
        {
          hint: `Download it again: skeleton models pull. Then look at it: skeleton models info ${id}`,
          cause,
        },
      );
    });
    return { ...model, path };
  }

  const ignored = Object.keys(environment).filter((setting) => withoutEffect.includes(setting));
  if (ignored.length > 0) {
    log.warn({ settings: ignored }, "models: node-llama-cpp knows no such settings; they have no effect");
  }

  return {
    name: localName,
    prefix: "",
    ...(named.length === 0 && { guessed: true }), // the folder is looked into on the off-chance
    address: options.folder,
    async listModels() {
      const all = await models();
      wanted = all.length > 0;
      faults.clear();
      return Promise.all(all.map(listed));
    },
    remark() {
      const without = wanted && packagePath() === undefined ? [`${missing} ${install}`] : [];
      const broken = [...faults].map(([key, fault]) => `${key}: ${fault}`);
      return [...without, ...broken].join("; ") || undefined;
    },
    async layers(id) {
      const own = (await models()).find(({ key }) => key === id)?.settings;
      return { below: mergeSettings(defaults, own), above: environment };
    },
    async *generate(request: ProviderRequest, signal): AsyncGenerator<readonly ModelEvent[], void> {
      const { label, messages, tools = [], settings = {} } = request;
      const model = await usable(request.model);
      const grammar = await grammarOf(settings.grammar_name, label);
      const asked = {
        // not by what a request asks for: that would load the model once more for each wish
        model: loadedAs(model, own(model), options.parallel),
        messages,
        tools,
        generation: generationFrom(model.key, settings, grammar),
      };
      const reader = createReplyReader({ model: label, log, newId: options.newId });
      for await (const told of running().ask(asked, signal)) {
        const batch = reader.read(told);
        if (batch.length > 0) yield batch;
        reader.check();
      }
    },
    shutdown() {
      runner?.close();
      runner = undefined;
    },
  };
}

function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return "it does not exist";
  return error instanceof Error ? error.message : String(error);
}
