import { basename } from "node:path";
import type * as LlamaCpp from "node-llama-cpp";
import { Failed } from "./failed.ts";
import type { LoadedAs } from "./messages.ts";
import { createSlots, type Slots } from "./slots.ts";

/** llama.cpp, as node-llama-cpp has it. */
export type Library = {
  readonly lib: typeof LlamaCpp;
  readonly llama: LlamaCpp.Llama;
  /** What it has complained of first since this was last asked. */
  readonly takeComplaint: () => string;
};

export type LoadedModel = {
  readonly model: LlamaCpp.LlamaModel;
  readonly chatWrapper: LlamaCpp.ChatWrapper;
  /** Tokens that a sequence holds. */
  readonly contextSize: number;
  readonly slots: Slots;
  /** Of memory, its context included. */
  readonly bytes: number;
  dispose(): Promise<void>;
};

/**
 * Loads a model and makes its context, with fewer sequences than asked for where memory has no room for all.
 * @throws `Failed` when the file is none that llama.cpp can load, or memory does not suffice.
 */
export async function loadModel(
  { lib, llama, takeComplaint }: Library,
  as: LoadedAs,
  onProgress: (done: number) => void,
): Promise<LoadedModel> {
  const fail = (error: unknown): never => {
    const said = takeComplaint() || (error instanceof Error ? error.message : String(error));
    const reason = said.replaceAll(as.path, basename(as.path)); // readers have no business with our folders
    if (error instanceof lib.InsufficientMemoryError || /\b(memory|alloc)/i.test(reason)) {
      throw new Failed(
        "upstream_refused",
        `There is not enough memory to load this model: ${reason}`,
        "Choose a smaller model or quantization, or lower n_ctx (LLM_N_CTX).",
      );
    }
    throw new Failed(
      "upstream_unusable",
      `llama.cpp cannot load this model: ${reason}`,
      "Check the file with `skeleton models info`, download it again, or update node-llama-cpp if the model is newer than it.",
    );
  };
  takeComplaint(); // an older one is not this model's
  const model = await llama.loadModel({ modelPath: as.path, onLoadProgress: onProgress }).catch(fail);
  try {
    const contextSize = Math.min(as.contextSize, model.trainContextSize);
    const context = await createContext(model, as, contextSize).catch(fail);
    const chatWrapper = wrapperFor(lib, model, as.format);
    return {
      model,
      chatWrapper,
      contextSize: context.contextSize,
      slots: createSlots(
        context,
        () => new lib.LlamaChat({ contextSequence: context.getSequence(), chatWrapper }),
      ),
      bytes: total(model.memoryUsage) + total(context.memoryUsage),
      dispose: () => model.dispose(), // and with it the context
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** What the context of a model will take beside its file. */
export type ContextEstimate = {
  /** In tokens, of a sequence. */
  readonly contextSize: number;
  /** Nothing where that is not known. */
  bytesFor(sequences: number): number;
};

/** Of a model that is not loaded yet. */
export async function estimateContext(
  { lib, llama }: Library,
  { path, contextSize: wanted, batchSize }: LoadedAs,
): Promise<ContextEstimate> {
  try {
    const insights = await lib.GgufInsights.from(await lib.readGgufFileInfo(path), llama);
    const contextSize = Math.min(wanted, insights.trainContextSize ?? wanted);
    return {
      contextSize,
      bytesFor(sequences) {
        const asked = { contextSize, modelGpuLayers: 0, sequences, batchSize };
        const { cpuRam, gpuVram } = insights.estimateContextResourceRequirements(asked);
        return cpuRam + gpuVram;
      },
    };
  } catch {
    return { contextSize: wanted, bytesFor: () => 0 }; // what is wrong with the file, loading it will say
  }
}

async function createContext(model: LlamaCpp.LlamaModel, as: LoadedAs, contextSize: number) {
  for (let sequences = as.sequences; ; sequences = Math.ceil(sequences / 2)) {
    try {
      return await model.createContext({
        contextSize,
        sequences,
        threads: as.threads,
        batchSize: Math.min(as.batchSize, contextSize * sequences),
        failedCreationRemedy: false, // it would make the context smaller than the reader was told
      });
    } catch (error) {
      if (sequences === 1) throw error;
    }
  }
}

/** Llamalith's names for "as the file says". */
const ownTemplate = ["auto", "chat_template"];
/** Names of llama-cpp-python where node-llama-cpp has others. */
const renamed: Readonly<Record<string, string>> = {
  "llama-2": "llama2Chat",
  "llama-3": "llama3",
  "mistral-instruct": "mistral",
  chatml: "chatML",
  alpaca: "alpaca",
  gemma: "gemma",
  qwen: "qwen",
};

function wrapperFor(
  lib: typeof LlamaCpp,
  model: LlamaCpp.LlamaModel,
  format: string | undefined,
): LlamaCpp.ChatWrapper {
  if (format === undefined || ownTemplate.includes(format)) return lib.resolveChatWrapper(model);
  const type = renamed[format] ?? format;
  const known: readonly string[] = lib.resolvableChatWrapperTypeNames;
  if (!known.includes(type)) {
    throw new Failed(
      "upstream_unusable",
      `There is no chat format \`${format}\`.`,
      `Use \`auto\` for the file's own template, or one of ${known.join(", ")}.`,
    );
  }
  return lib.resolveChatWrapper(model, { type: type as LlamaCpp.ResolvableChatWrapperTypeName });
}

const total = ({ ram, vram }: { readonly ram: number; readonly vram: number }): number => ram + vram;
