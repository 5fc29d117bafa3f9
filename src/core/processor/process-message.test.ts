import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Turn } from "../../protocols/message-processor.ts";
import type { Model, ModelRequest } from "../../protocols/model.ts";
import type { CorePlugin } from "../../protocols/plugin.ts";
import type { SystemPrompts } from "../../protocols/system-prompts.ts";
import type { NewMessage } from "../../protocols/threads.ts";
import { memoryStore } from "../../testkit/memory-store.ts";
import { messageProcessorContract } from "../../testkit/message-processor-contract.ts";
import { countingIds, testClock, testHost } from "../../testkit/test-host.ts";
import { contextPlugin } from "../context/plugin.ts";
import { threadsPlugin } from "../threads/plugin.ts";
import { messageProcessorPlugin } from "./process-message.ts";

const at = { userId: "ada", threadId: "t" };
const timestamp = "2026-01-01T00:00:00.000Z";

const entry = (id: string, role: NewMessage["role"], content: string): NewMessage => ({
  ...{ id, role, content, timestamp },
  type: "message_text",
});

/** The processor on a thread with these entries; the last one is the message to answer. */
async function open(model: Model, entries = [entry("q", "user", "Hi")], changes: Partial<Turn> = {}) {
  const store = memoryStore({ now: testClock().now, newId: countingIds() });
  const prompts: SystemPrompts = {
    getPrompt: async ({ key }) => ({ brief: "Be brief.", zero: "" })[key],
    listPrompts: async () => ({}),
    getAllPrompts: async () => ({}),
  };
  const host = testHost({
    plugins: [
      { role: "store", name: "memory", create: () => store },
      { role: "model", name: "scripted", create: () => model } satisfies CorePlugin<"model">,
      {
        role: "system_prompt",
        name: "scripted",
        create: () => prompts,
      } satisfies CorePlugin<"system_prompt">,
      threadsPlugin,
      contextPlugin,
      messageProcessorPlugin,
    ],
  });
  const threads = await host.get("thread");
  await threads.createThread({ ...at, id: at.threadId, title: "", model: "m", systemPrompt: "default" });
  await threads.addMessages(at, entries);
  const message = await threads.getMessage({
    ...at,
    messageId: changes.message?.id ?? entries.at(-1)?.id ?? "",
  });
  const turn: Turn = {
    ...at,
    turnId: "u",
    model: "m",
    systemPrompt: "default",
    settings: {},
    ...changes,
    message,
  };
  return { processor: await host.get("message_processor"), turn };
}

messageProcessorContract("the full flow", (model) => open(model));

/** A model that notes what it was asked. */
function noting(info: { contextWindow?: number } = {}) {
  const requests: ModelRequest[] = [];
  const model: Model = {
    listModels: async () => [{ id: "m", provider: "p", ...info }],
    async *generate(request) {
      requests.push(request);
      yield [{ event: "message_tokens", data: { content: "ok", model: "m" } }];
    },
  };
  return { model, requests };
}

const run = async ({ processor, turn }: Awaited<ReturnType<typeof open>>) =>
  (await Array.fromAsync(processor.processMessage(turn, new AbortController().signal))).flat();

describe("a message on its way to the model", () => {
  const exchange = [
    entry("q1", "user", "first"),
    entry("t1", "thinking", "hm"),
    entry("a1", "assistant", "answer"),
    entry("q2", "user", "second"),
  ];

  test("brings the exchange before it and the chosen prompt, without thinking", async () => {
    const { model, requests } = noting();
    await run(await open(model, exchange, { systemPrompt: "brief" }));
    assert.deepEqual(requests[0]?.messages, [
      { role: "system", content: "Be brief." },
      { role: "user", content: "first" },
      { role: "assistant", content: "answer" },
      { role: "user", content: "second" },
    ]);
  });

  test("sends no system message for an unknown key or an empty prompt", async () => {
    for (const systemPrompt of ["zero", "unknown"]) {
      const { model, requests } = noting();
      await run(await open(model, exchange, { systemPrompt }));
      assert.equal(requests[0]?.messages[0]?.role, "user");
    }
  });

  test("shows the model nothing below the message when that is answered anew", async () => {
    const { model, requests } = noting();
    await run(await open(model, exchange, { message: { ...entry("q1", "user", "first"), parentId: null } }));
    assert.deepEqual(requests[0]?.messages, [{ role: "user", content: "first" }]);
  });

  test("that is an answer cut short shows it to the model, and asks for the rest", async () => {
    const { model, requests } = noting();
    const half: NewMessage = { ...entry("a2", "assistant", "half"), interrupted: true };
    const entries = [...exchange, half];
    await run(await open(model, entries, { message: { ...half, parentId: "q2" } }));
    const shown = requests[0]?.messages.slice(-2) ?? [];
    assert.deepEqual(shown[0], { role: "assistant", content: "half" });
    assert.equal(shown[1]?.role, "user");
    assert.match(shown[1]?.content ?? "", /^Your last answer was cut short\./);
  });

  test("shows an answer and the rest that was given later as one", async () => {
    const { model, requests } = noting();
    const parts = [entry("a2", "assistant", "one half, "), entry("a3", "assistant", "the other")];
    await run(await open(model, [...exchange, ...parts, entry("q3", "user", "third")]));
    assert.deepEqual(
      requests[0]?.messages.slice(-2).map(({ content }) => content),
      ["one half, the other", "third"],
    );
  });

  test("leaves out what does not fit the model's window, and tells the reader how much", async () => {
    const long = Array.from({ length: 20 }, (_, n) =>
      entry(`m${n}`, n % 2 ? "assistant" : "user", "x".repeat(900)),
    );
    const { model, requests } = noting({ contextWindow: 2048 });
    const events = await run(await open(model, [...long, entry("q", "user", "short")]));
    const shown = requests[0]?.messages ?? [];
    assert.ok(shown.length > 1 && shown.length < 10);
    assert.deepEqual(events[0], { event: "context", data: { left_out: 21 - shown.length, timestamp } });
  });
});
