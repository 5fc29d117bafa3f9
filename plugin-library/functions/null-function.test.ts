import assert from "node:assert/strict";
import { test } from "node:test";
import { testHost } from "../../src/testkit/test-host.ts";
import nullFunction from "./null-function.ts";

test("each hook is logged without what was said, and nothing is changed", () => {
  const host = testHost();
  nullFunction.start(host);
  const place = { userId: "ada", threadId: "t", turnId: "n", signal: new AbortController().signal };
  const message = { role: "user", content: "a secret" } as const;
  const batch = [{ event: "message_tokens", data: { content: "a secret", model: "m" } }] as const;
  assert.equal(nullFunction.preCall({ message, model: "m", tools: [] }, place), undefined);
  assert.equal(nullFunction.filterStream(batch, place), undefined);
  assert.equal(nullFunction.postCall({ role: "assistant", content: "a secret" }, place), undefined);
  assert.deepEqual(
    host.logged.map(({ message }) => message),
    ["preCall", "filterStream", "postCall"].map((hook) => `null_function: ${hook}`),
  );
  assert.doesNotMatch(JSON.stringify(host.logged), /secret/);
});
