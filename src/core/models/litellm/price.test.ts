import assert from "node:assert/strict";
import { test } from "node:test";
import { countedTokens } from "../openai/counted-tokens.ts";
import { costOf, priceIn } from "./price.ts";

const plain = { input_cost_per_token: 2, output_cost_per_token: 10 };
const cost = (info: object, usage: object) => {
  const price = priceIn({ ...info });
  return price && costOf(price, countedTokens(usage));
};
const usage = { prompt_tokens: 100, completion_tokens: 5 };

test("what was read and what was written, each at its price", () => {
  assert.equal(cost(plain, usage), 250);
});

test("what came from the upstream's cache, or went there, costs what it costs there, or nobody knows", () => {
  const cached = { ...usage, prompt_tokens_details: { cached_tokens: 60 } };
  assert.equal(cost(plain, cached), undefined);
  assert.equal(cost({ ...plain, cache_read_input_token_cost: 1 }, cached), 40 * 2 + 60 + 50);
  const kept = { ...usage, cache_creation_input_tokens: 10 };
  assert.equal(cost(plain, kept), undefined);
  assert.equal(cost({ ...plain, cache_creation_input_token_cost: 3 }, kept), 90 * 2 + 30 + 50);
});

test("a prompt so long that another price may hold has none", () => {
  const stepped = { ...plain, input_cost_per_token_above_200k_tokens: 4 };
  assert.equal(cost(stepped, usage), 250);
  assert.equal(cost(stepped, { ...usage, prompt_tokens: 200_000 }), undefined);
});

test("no price where one is missing, is nothing, or is no number; no cost of tokens that were not counted", () => {
  assert.equal(priceIn({ input_cost_per_token: 2 }), undefined);
  assert.equal(priceIn({ input_cost_per_token: 0, output_cost_per_token: 0 }), undefined);
  assert.equal(priceIn({ input_cost_per_token: "2", output_cost_per_token: -1 }), undefined);
  assert.equal(cost(plain, { prompt_tokens: 3 }), undefined);
  assert.equal(cost(plain, { prompt_tokens: 3, completion_tokens: Number.NaN }), undefined);
  assert.equal(
    cost(plain, { prompt_tokens: 3, completion_tokens: 1, cache_read_input_tokens: 9 }),
    undefined,
  );
});
