import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hear, testHost } from "../../../../test/support/model-host.ts";
import { createModelRouter } from "../plugin.ts";
import { demoScript } from "./demo-script.ts";

test("says what it is and how to connect a real model, whatever was asked", () => {
  fc.assert(
    fc.property(fc.string(), (message) => {
      const { answer, thinking } = demoScript(message);
      assert.match(answer, /scripted demo, not a model/);
      for (const way of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "skeleton.yaml", "Ollama"]) {
        assert.equal(answer.includes(way), true, way);
      }
      assert.notEqual(thinking, "");
    }),
  );
});

test("quotes how the message begins, as plain text", () => {
  assert.match(
    demoScript("What is *this* <b>thing</b>, then, at last?").answer,
    /“What is this b thing b …”/,
  );
  assert.doesNotMatch(demoScript("").answer, /“/);
});

test("the message's words choose the parts", () => {
  const plain = demoScript("hello").answer;
  assert.match(plain, /\| --- \|/);
  assert.match(plain, /```ts/);
  assert.doesNotMatch(demoScript("show me a table").answer, /```ts/);
  assert.match(demoScript("Code!").answer, /```ts/);
  assert.match(demoScript("a long one").answer, /Paragraph 12/);
  assert.equal(demoScript("think hard").thinking.length > demoScript("hello").thinking.length, true);
});

test("streams thinking first, then the answer, a word at a time at its pace", async () => {
  const { host } = testHost({ discover: false });
  let waits = 0;
  const router = await createModelRouter(host, {
    demoPaceMs: 5,
    sleep: async (ms) => {
      assert.equal(ms, 5);
      waits++;
    },
  });
  const messages = [
    { role: "user" as const, content: "table please" },
    { role: "assistant" as const, content: "…" },
    { role: "user" as const, content: "now code" },
  ];
  const { thinking, text, batches, events } = await hear(router, { model: "demo", messages });
  const script = demoScript("now code");
  assert.deepEqual([thinking, text], [script.thinking, script.answer]);
  assert.equal(waits, batches.length - 2);
  const firstText = events.findIndex(({ event }) => event === "message_tokens");
  assert.equal(
    events.slice(firstText).some(({ event }) => event === "thinking_tokens"),
    false,
  );
});
