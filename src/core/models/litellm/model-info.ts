import { isObject } from "../../../lib/is-object.ts";
import type { ListedModel } from "../provider.ts";
import { type Price, priceIn } from "./price.ts";

/** What LiteLLM says of one of its model names. */
export type KnownModel = ListedModel & {
  /** It answers in a conversation, rather than making embeddings, pictures or speech. */
  readonly talks: boolean;
  /** The name stands for many: `openai/*`. It is no model itself. */
  readonly wildcard: boolean;
  readonly price?: Price;
};

/** Modes in which `/chat/completions` answers; LiteLLM itself takes a `responses` model there by another way. */
const talkative = ["chat", "responses"];

/**
 * The names in an answer to `GET /v1/model/info`, in its order; `undefined` when it is no such answer. A name may stand
 * there several times, once for each deployment that answers under it: what is said of it holds for them all.
 */
export function modelsInInfo(answer: unknown): readonly KnownModel[] | undefined {
  const entries = entriesIn(answer);
  if (entries === undefined) return undefined;
  const known = new Map<string, KnownModel>();
  for (const entry of entries) {
    const id = [entry.model_name, entry.id, entry.name].find(isName);
    if (id === undefined) continue;
    const model = modelIn(id, entry);
    const other = known.get(id);
    known.set(id, other === undefined ? model : both(other, model));
  }
  return [...known.values()];
}

/** `{data: [...]}`, a bare array, or a single model. */
function entriesIn(answer: unknown): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (Array.isArray(answer)) return answer.filter(isObject);
  if (!isObject(answer)) return undefined;
  if (Array.isArray(answer.data)) return answer.data.filter(isObject);
  return isName(answer.model_name) ? [answer] : undefined;
}

function modelIn(id: string, entry: Readonly<Record<string, unknown>>): KnownModel {
  const params = isObject(entry.litellm_params) ? entry.litellm_params : {};
  const info = isObject(entry.model_info) ? entry.model_info : {};
  const provider = [
    params.custom_llm_provider,
    info.litellm_provider,
    params.litellm_provider,
    entry.litellm_provider,
  ].find(isName);
  const contextWindow = info.max_input_tokens;
  const price = priceIn(info);
  return {
    id,
    talks: !isName(info.mode) || talkative.includes(info.mode),
    wildcard: id.includes("*"),
    ...(provider !== undefined && { provider }),
    ...(isSize(contextWindow) && { contextWindow }),
    ...(price !== undefined && { price }),
  };
}

/** Either deployment may answer: the smaller window is safe, and a price is one only if it is the same. */
function both(one: KnownModel, other: KnownModel): KnownModel {
  const { contextWindow: _window, price: _price, ...rest } = one;
  const windows = [one.contextWindow, other.contextWindow].filter((size) => size !== undefined);
  const samePrice = JSON.stringify(one.price) === JSON.stringify(other.price);
  return {
    ...rest,
    talks: one.talks || other.talks,
    ...(windows.length > 0 && { contextWindow: Math.min(...windows) }),
    ...(samePrice && one.price !== undefined && { price: one.price }),
  };
}

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";

const isSize = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0;
