import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearest } from "../../lib/nearest.ts";
import { retryDelay } from "./retry-delay.ts";
import { broken, plainWords, refused } from "./upstream-error.ts";

test("pauses grow up to eight seconds, and chance takes up to half", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, chance) => {
        const delay =
          retryDelay(refused("p", 500, { words: "" }), attempt, { retries: 10, random: () => chance }) ?? 0;
        const whole = Math.min(8000, 500 * 2 ** (attempt - 1));
        assert.equal(delay >= whole / 2 && delay <= whole, true);
      },
    ),
  );
});

test("only what may pass is asked again", () => {
  const policy = { retries: 2, random: () => 0 };
  assert.equal(retryDelay(refused("p", 400, { words: "" }), 1, policy), undefined);
  assert.equal(retryDelay(broken("p", "is garbage"), 1, policy), undefined);
  assert.equal(retryDelay(new Error("a bug"), 1, policy), undefined);
  assert.equal(retryDelay(refused("p", 429, { words: "" }), 3, policy), undefined);
});

test("words of others are made plain, whatever they hold", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2000 }), fc.string(), (left, right) => {
      const words = plainWords(`${left} hunter2-secret sk-abcdefgh1234 ${right}`, ["hunter2-secret"]);
      assert.equal(words.length <= 400, true);
      assert.doesNotMatch(words, /hunter2|abcdefgh|\n/);
    }),
  );
});

test("the nearest name is one that could have been meant", () => {
  const names = ["gpt-5", "gpt-5-mini", "llama3:latest"];
  assert.equal(nearest("gpt5", names), "gpt-5");
  assert.equal(nearest("llama3", names), "llama3:latest");
  assert.equal(nearest("claude-opus", names), undefined);
  assert.equal(nearest("", []), undefined);
});
