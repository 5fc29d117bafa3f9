import { isObject } from "../../../lib/is-object.ts";

/** What the tokens of an answer are paid for as. */
export type CountedTokens = {
  /** All that was read, what is below included. */
  readonly read: number | undefined;
  /** Read from the upstream's cache. */
  readonly cached: number;
  /** Put into that cache. */
  readonly keptInCache: number;
  readonly written: number | undefined;
};

/** From the `usage` of an answer: OpenAI's names, and of Anthropic's those that gateways hand on. */
export function countedTokens(usage: unknown): CountedTokens {
  const all = isObject(usage) ? usage : {};
  const details = isObject(all.prompt_tokens_details) ? all.prompt_tokens_details : {};
  return {
    read: count(all.prompt_tokens),
    cached: count(details.cached_tokens) ?? count(all.cache_read_input_tokens) ?? 0,
    keptInCache: count(details.cache_creation_tokens) ?? count(all.cache_creation_input_tokens) ?? 0,
    written: count(all.completion_tokens),
  };
}

const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
