import type { CountedTokens } from "../openai/counted-tokens.ts";

/** US dollars a token. */
export type Price = {
  readonly read: number;
  readonly written: number;
  /** Read from the upstream's cache, and put there; absent where the list of prices does not say. */
  readonly cached?: number;
  readonly keptInCache?: number;
  /** Long prompts cost more, by rules that are not known here. */
  readonly stepped: boolean;
};

/** The shortest prompt that any price list has a second price for, in tokens. */
const firstStep = 128_000;

/** The price in a `model_info`; `undefined` when it has none, or zeros, which stand there for unknown models too. */
export function priceIn(info: Readonly<Record<string, unknown>>): Price | undefined {
  const read = dollars(info.input_cost_per_token);
  const written = dollars(info.output_cost_per_token);
  if (read === undefined || written === undefined || read + written === 0) return undefined;
  const cached = dollars(info.cache_read_input_token_cost);
  const keptInCache = dollars(info.cache_creation_input_token_cost);
  return {
    read,
    written,
    ...(cached !== undefined && { cached }),
    ...(keptInCache !== undefined && { keptInCache }),
    stepped: Object.entries(info).some(
      ([key, value]) => key.startsWith("input_cost_per_token_above_") && typeof value === "number",
    ),
  };
}

/** What an answer costs; `undefined` wherever the price of a part of it is not known. */
export function costOf(price: Price, tokens: CountedTokens): number | undefined {
  const { read, written, cached, keptInCache } = tokens;
  if (read === undefined || written === undefined) return undefined;
  if (price.stepped && read > firstStep) return undefined;
  const plain = read - cached - keptInCache;
  const ofCached = times(cached, price.cached);
  const ofKept = times(keptInCache, price.keptInCache);
  if (plain < 0 || ofCached === undefined || ofKept === undefined) return undefined;
  return plain * price.read + ofCached + ofKept + written * price.written;
}

const times = (count: number, price: number | undefined): number | undefined =>
  count === 0 ? 0 : price === undefined ? undefined : count * price;

const dollars = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
