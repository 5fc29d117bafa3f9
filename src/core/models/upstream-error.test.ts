import assert from "node:assert/strict";
import { test } from "node:test";
import { sdkError } from "./ai-sdk/sdk-error.ts";
import { refused, refusedInside } from "./upstream-error.ts";

const spent = { words: "You exceeded your current quota.", kind: "insufficient_quota" };

test("a budget that is spent is never asked for again, wherever in an answer that is said", () => {
  const body = JSON.stringify({ error: { message: spent.words, type: spent.kind } });
  const bySdk = { message: spent.words, statusCode: 429, responseBody: body };
  const from = { provider: "p", secrets: [], when: "before" } as const;
  const errors = [
    refused("p", 429, spent, 1000),
    refusedInside("p", undefined, spent),
    sdkError(bySdk, from),
  ];
  for (const { code, retriable, hint } of errors) {
    assert.deepEqual([code, retriable], ["upstream_budget", false]);
    assert.match(hint, /budget raised at p/);
  }
});

test("what only sounds like it is judged by its status", () => {
  const { code, retriable } = refused("p", 503, { words: "Our budget has been exceeded by a fault." });
  assert.deepEqual([code, retriable], ["upstream_refused", true]);
  const { code: usual } = refused("p", 429, { words: "Rate limit exceeded.", kind: "rate_limit_error" });
  assert.equal(usual, "upstream_refused");
});
