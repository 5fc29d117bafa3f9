import { isObject } from "../../../lib/is-object.ts";
import type { ListedModel } from "../provider.ts";

/**
 * The entries of a model list, in the upstream's order; `undefined` when it is no such list.
 * Most send `{data: [{id}]}`, Together a bare array, Ollama `data: null` when it has none.
 */
export function modelsIn(answer: unknown): readonly ListedModel[] | undefined {
  const entries = isObject(answer) ? (answer.data ?? (answer.object === "list" ? [] : undefined)) : answer;
  if (!Array.isArray(entries)) return undefined;
  return entries.flatMap((entry: unknown) => {
    if (typeof entry === "string" && entry !== "") return [{ id: entry }];
    if (!isObject(entry) || typeof entry.id !== "string" || entry.id === "") return [];
    const contextWindow = contextWindowIn(entry);
    return [{ id: entry.id, ...(contextWindow !== undefined && { contextWindow }) }];
  });
}

/** Under the names in use: OpenRouter, vLLM, Groq, LiteLLM, LM Studio (loaded before possible), Mistral, llama-server. */
function contextWindowIn(entry: Readonly<Record<string, unknown>>): number | undefined {
  const meta = isObject(entry.meta) ? entry.meta : {};
  const candidates = [
    entry.loaded_context_length,
    entry.context_length,
    entry.max_model_len,
    entry.context_window,
    entry.max_input_tokens,
    entry.max_context_length,
    meta.n_ctx,
  ];
  return candidates.find((size) => typeof size === "number" && Number.isInteger(size) && size > 0) as
    | number
    | undefined;
}
